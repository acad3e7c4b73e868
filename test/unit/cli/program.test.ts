import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AnyCommand, Arguments, Command } from '#src/cli/command.js';
import { COMMANDS } from '#src/cli/commands.js';
import { CommandFailure } from '#src/cli/errors.js';
import { runProgram } from '#src/cli/program.js';
import { emptyContext } from './support.js';

async function run(words: string[], commands: readonly AnyCommand[] = COMMANDS) {
  const context = emptyContext();
  const status = await runProgram(words, commands, '1.2.3', context);
  return { status, out: context.stdout.text, err: context.stderr.text };
}

function recorder(seen: Arguments[]): Command {
  return {
    usage: 'try <file>',
    summary: 'Try it',
    positionals: { file: { type: 'text', describe: 'A file' } },
    options: {
      count: { type: 'number', describe: 'How many', alias: 'c' },
      name: { type: 'text', describe: 'A name' },
      force: { type: 'flag', describe: 'Do it' },
    },
    examples: [['$0 try x', 'tries x']],
    async run(args) {
      seen.push(args);
      if (args.flag('force')) throw new CommandFailure('forced', { hint: 'do not' });
      return 0;
    },
  };
}

describe('the command line', () => {
  it('gives a command what was typed, with its types', async () => {
    const seen: Arguments[] = [];
    const words = ['try', '007', '--count', '3', '--name', '12', '--', 'node', '--version', '5'];
    assert.equal((await run(words, [recorder(seen)])).status, 0);
    const [args] = seen;
    assert.equal(args?.text('file'), '007');
    assert.equal(args?.number('count'), 3);
    assert.equal(args?.text('name'), '12');
    assert.equal(args?.flag('force'), false);
    assert.deepEqual(args?.rest, ['node', '--version', '5']);
  });

  it('prints an error with its hint on standard error', async () => {
    const { status, out, err } = await run(['try', 'x', '--force'], [recorder([])]);
    assert.deepEqual(
      { status, out, err },
      { status: 1, out: '', err: 'docker-mirror: forced\nhint: do not\n' },
    );
  });

  it('ends with 2 for what it does not understand, and suggests', async () => {
    const unknown = await run(['strat']);
    assert.equal(unknown.status, 2);
    assert.match(unknown.err, /^docker-mirror: unknown command\. Did you mean start\?\nhint: /);
    for (const words of [
      ['start', '--nope'],
      ['start', 'extra'],
      ['serve'],
      ['start', '--port'],
      ['frobnicate-xyz'],
    ]) {
      const { status, out, err } = await run(words);
      assert.equal(status, 2, words.join(' '));
      assert.equal(out, '');
      assert.match(err, /^docker-mirror: .+\nhint: .+\n$/);
    }
    assert.equal((await run(['start', '--port', 'many'])).status, 2);
  });

  it('shows the help when nothing is asked, and that is no success', async () => {
    const { status, out, err } = await run([]);
    assert.equal(status, 2);
    assert.equal(out, '');
    assert.match(err, /docker-mirror status/);
  });

  it('has a help with examples for every command, and hides the internal one', async () => {
    const { out, status } = await run(['--help']);
    assert.equal(status, 0);
    assert.doesNotMatch(out, /supervise /);
    for (const command of COMMANDS.filter(({ internal }) => internal !== true)) {
      const name = command.usage.split(' ')[0] ?? '';
      assert.match(out, new RegExp(`docker-mirror ${name}\\b`));
      const help = await run([name, '--help']);
      assert.equal(help.status, 0, name);
      assert.match(help.out, /Examples:/, name);
    }
  });

  it('says its version', async () => {
    assert.deepEqual(await run(['--version']), { status: 0, out: '1.2.3\n', err: '' });
  });

  it('completes commands for the shells', async () => {
    assert.match((await run(['--get-yargs-completions', 'docker-mirror', 'st'])).out, /^start$/m);
    assert.match((await run(['completion', 'bash'])).out, /^complete .* docker-mirror$/m);
    assert.match((await run(['completion', 'zsh'])).out, /^#compdef docker-mirror$/m);
    assert.equal((await run(['completion', 'fish'])).status, 2);
  });
});
