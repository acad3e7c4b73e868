import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Command } from '#src/cli/command.js';
import { COMMANDS } from '#src/cli/commands.js';
import { manPage } from '#src/cli/man-page.js';

describe('manPage', () => {
  it('has every command that the help has, and each of its options', () => {
    const page = manPage(COMMANDS, '1.2.3').replaceAll('\\-', '-');
    assert.match(page, /^\.TH DOCKER-MIRROR 1 "" "docker-mirror 1\.2\.3"/);
    for (const command of COMMANDS) {
      const isShown = page.includes(`\n.SS ${command.usage}`);
      if ('commands' in command) {
        for (const each of command.commands)
          assert.ok(page.includes(`.SS ${command.usage} ${each.usage}`), each.usage);
      } else {
        assert.equal(isShown, command.internal !== true, command.usage);
        const options = command.internal === true ? [] : Object.keys(command.options);
        for (const option of options) assert.ok(page.includes(`--${option}`), option);
      }
    }
  });

  it('takes no text for a request', () => {
    const command: Command = {
      usage: 'x',
      summary: ".so /etc/passwd\n.sp 'and \\fBmore",
      options: { 'a-b': { type: 'number', describe: "'quoted", alias: 'a' } },
      examples: [],
      run: async () => 0,
    };
    const page = manPage([command], '1');
    assert.match(page, /^\\&\.so \/etc\/passwd \.sp 'and \\efBmore$/m);
    assert.match(page, /^\\&'quoted\.$/m);
    assert.match(page, /^\.B \\-a, \\-\\-a\\-b NUMBER$/m);
  });
});
