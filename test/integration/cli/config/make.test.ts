import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { configCommand } from '#src/cli/config.js';
import { lacking } from '../../../parts/needs.js';
import { runIn, textIn } from './tree.js';

// From build/test/integration/cli/config.
const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));

/** Nothing is built here: that is done, and other tests use it. */
const STANDING = ['-o', 'dist/.built', '-o', 'node_modules/.package-lock.json'];

/** What make would run for a target. */
async function recipe(...target: string[]): Promise<string> {
  const { status, out, err } = await runIn(ROOT, 'make', [
    '--no-print-directory',
    '-n',
    ...STANDING,
    ...target,
  ]);
  assert.equal(status, 0, err);
  return out.trim();
}

const TARGETS = [
  'config',
  'oldconfig',
  'olddefconfig',
  'syncconfig',
  'defconfig',
  'alldefconfig',
  'allyesconfig',
  'allmodconfig',
  'allnoconfig',
  'randconfig',
  'savedefconfig',
  'listnewconfig',
  'helpnewconfig',
];

describe('make targets of the settings', { skip: lacking({ programs: ['make'] }) }, () => {
  it('call the command of the same name', async () => {
    const commands = configCommand.commands.map(({ usage }) => usage.split(' ')[0]);
    for (const target of TARGETS) {
      assert.ok(commands.includes(target), target);
      assert.equal(await recipe(target), `scripts/docker-mirror config ${target}`);
    }
    assert.equal(await recipe('menuconfig'), 'scripts/docker-mirror menuconfig');
    assert.equal(await recipe('my-own_defconfig'), 'scripts/docker-mirror config my-own_defconfig');
  });

  it('are in the help, under a heading of their own', async () => {
    const { out } = await runIn(ROOT, 'make', ['--no-print-directory', ...STANDING]);
    const [general = '', settings = ''] = out.split(/^Settings.*:$/m);
    assert.match(general, /^ {2}make docker-mirror {2,}\S/m);
    assert.doesNotMatch(general, /config {2,}/);
    for (const target of [...TARGETS, 'menuconfig', 'NAME_defconfig']) {
      assert.match(settings, new RegExp(`^ {2}make ${target} {2,}\\S`, 'm'), target);
    }
  });
});

describe('docs/commands.md', () => {
  it('names every command of the settings', async () => {
    const page = await textIn(ROOT, 'docs/commands.md');
    for (const { usage } of configCommand.commands) {
      const name = usage.split(' ')[0] ?? '';
      assert.match(page, new RegExp(`^\\| .*\`${name}[ \`]`, 'm'), name);
    }
  });
});
