import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Command } from '#src/cli/command.js';
import { COMMANDS } from '#src/cli/commands.js';
import { runProgram } from '#src/cli/program.js';
import { emptyContext } from './support.js';

const own: Command = {
  usage: 'own <kind> [rest..]',
  summary: 'Its own: words',
  positionals: { kind: { type: 'text', describe: 'Kind', choices: ['one', 'two'] } },
  options: { file: { type: 'text', describe: 'A file' }, now: { type: 'flag', describe: 'At once' } },
  examples: [],
  complete: async () => ['a', 'b'],
  run: async () => 0,
};

const failing: Command = { ...own, usage: 'failing', complete: () => Promise.reject(new Error('no')) };

async function offered(shell: string, ...words: string[]): Promise<string[]> {
  const context = emptyContext({ env: { SHELL: shell } });
  const all = ['--get-yargs-completions', 'docker-mirror', ...words];
  assert.equal(await runProgram(all, [...COMMANDS, own, failing], '1', context), 0);
  assert.equal(context.stderr.text, '');
  return context.stdout.text.split('\n').slice(0, -1);
}

describe('the completion of a shell', () => {
  it('offers commands, and none that is internal', async () => {
    const commands = await offered('/bin/bash', '');
    for (const name of ['start', 'stop', 'config', 'completion']) assert.ok(commands.includes(name), name);
    assert.ok(!commands.includes('supervise'));
    assert.deepEqual(await offered('/bin/bash', '-'), ['--help', '--version']);
  });

  it('offers the commands of a group, also the one that is called like the group', async () => {
    for (const words of [
      ['config', ''],
      ['config', 's'],
    ]) {
      const commands = await offered('/bin/bash', ...words);
      for (const name of ['get', 'set', 'config', 'savedefconfig']) assert.ok(commands.includes(name), name);
      assert.ok(!commands.includes('start'));
    }
    assert.ok((await offered('/bin/bash', 'config', 'config', '--')).includes('--dry-run'));
  });

  it('offers options, choices and what a command knows itself', async () => {
    assert.deepEqual(await offered('/bin/bash', 'own', '--'), ['--file', '--now', '--help']);
    assert.deepEqual(await offered('/bin/bash', 'own', ''), ['one', 'two', 'a', 'b']);
    assert.deepEqual(await offered('/bin/bash', 'own', '--now', ''), ['one', 'two', 'a', 'b']);
    assert.deepEqual(await offered('/bin/bash', 'own', 'one', ''), ['a', 'b']);
    assert.deepEqual(await offered('/bin/bash', 'config', 'export', ''), ['yaml', 'header', 'auto-conf']);
  });

  it('leaves to the shell what is a file, or unknown', async () => {
    assert.deepEqual(await offered('/bin/bash', 'own', '--file', ''), []);
    assert.deepEqual(await offered('/bin/bash', 'nonesuch', ''), []);
    assert.deepEqual(await offered('/bin/bash', 'failing', 'one', ''), []);
  });

  it('tells zsh what each is for', async () => {
    assert.ok((await offered('/usr/bin/zsh', 'o')).includes('own:Its own: words'));
    assert.ok((await offered('/usr/bin/zsh', 'own', '-')).includes('--now:At once'));
  });
});
