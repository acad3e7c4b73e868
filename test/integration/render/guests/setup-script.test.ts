import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { lacking } from '../../../parts/needs.js';
import { functionsOf, SHELLS, scriptFor } from '../../../parts/setup-script.js';

/** What becomes of a script that is only read. */
function check(program: string, args: readonly string[], script: string): void {
  execFileSync(program, args, { input: script, stdio: ['pipe', 'inherit', 'inherit'] });
}

describe('the script for guests', () => {
  const script = scriptFor('http://[fd00::5]:5000', ['docker.io', 'registry.example.com:5000', '[::1]:5000']);

  it('is clean to shellcheck', { skip: lacking({ programs: ['shellcheck'] }) }, () => {
    check('shellcheck', ['--shell=sh', '-'], script);
  });

  for (const [shell, ...args] of SHELLS) {
    it(`is read by ${[shell, ...args].join(' ')}`, { skip: lacking({ programs: [shell] }) }, () => {
      check(shell, [...args, '-n'], script);
    });
  }

  it('reads versions of Docker', () => {
    for (const [said, number] of [
      ['Docker version 20.10.24+dfsg1, build 297e128', '2010'],
      ['Docker version 29.10.1, build 1', '2910'],
      ['Docker version 28.3.0-rc.1', '2803'],
      ['', '0'],
    ]) {
      const asked = `${functionsOf(script)}\ndockerd() { echo '${said}'; }\ndocker_version`;
      assert.equal(execFileSync('sh', ['-c', asked], { encoding: 'utf8' }).trim(), number);
    }
  });

  it('explains itself, and refuses what it does not know', () => {
    const help = execFileSync('sh', ['-s', '--', '--help'], { input: script, encoding: 'utf8' });
    for (const option of ['--remove', '--dry-run', '--ca FILE', '--force', '--help'])
      assert.ok(help.includes(option));
    assert.throws(() => execFileSync('sh', ['-s', '--', '--nothing'], { input: script, stdio: 'pipe' }), {
      status: 2,
    });
    assert.throws(() => execFileSync('sh', ['-s', '--', '--ca'], { input: script, stdio: 'pipe' }), {
      status: 1,
    });
  });
});
