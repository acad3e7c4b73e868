import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCommand, UsageError } from '../../bench/options.js';
import { QUICK_SIZES } from '../../bench/sizes.js';

const ROWS = ['cold', 'warm'];

function options(...args: string[]) {
  const command = readCommand(args, ROWS);
  assert.equal(command.kind, 'run');
  return command.kind === 'run' ? command.options : assert.fail();
}

describe('readCommand', () => {
  it('has defaults', () => {
    const { rounds, only, json, check, link, mode } = options();
    assert.deepEqual(
      { rounds, only, json, check, link, mode },
      { rounds: 5, only: [], json: 'build/bench/results.json', check: false, link: 1000, mode: 'default' },
    );
  });

  it('takes several rows and numbers', () => {
    const read = options('--only', 'cold', '--only', 'warm', '--rounds', '2', '--link', '100');
    assert.deepEqual([read.only, read.rounds, read.link], [['cold', 'warm'], 2, 100]);
  });

  it('makes one round of small sizes with --quick', () => {
    assert.deepEqual([options('--quick').rounds, options('--quick').sizes], [1, QUICK_SIZES]);
    assert.equal(options('--quick', '--rounds', '3').rounds, 3);
  });

  for (const args of [
    ['--only', 'tepid'],
    ['--rounds', '0'],
    ['--rounds', 'many'],
    ['--rounds', '1.5'],
    ['--link', '-3'],
    ['--quick', '--full'],
    ['--nonsense'],
    ['stray'],
    ['--json'],
  ]) {
    it(`refuses ${args.join(' ')}`, () => {
      assert.throws(() => readCommand(args, ROWS), UsageError);
    });
  }

  it('names the rows there are when one is wrong', () => {
    assert.throws(() => readCommand(['--only', 'tepid'], ROWS), /cold, warm/);
  });
});
