import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildImage } from '../../parts/images.js';
import { randomLayer } from '../../parts/layers.js';
import { MAIN } from '../../parts/mirror.js';
import { lacking } from '../../parts/needs.js';
import { addImage, type Updating, updating } from '../images/updating.js';
import { openTerminal, type Terminal } from '../menuconfig/terminal.js';

const MIB = 1024 * 1024;
const PLATFORM = { os: 'linux', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' };

/** One image that comes at once, and two whose blobs come slowly, of so many MiB and MiB a second. */
async function slowImages({ hub, list }: Updating, size: number, rate: number): Promise<void> {
  for (const [name, bytes] of [
    ['small', 100_000],
    ['large', size * MIB],
    ['larger', (size + 2) * MIB],
  ] as const) {
    const layers = [randomLayer(name, bytes)];
    addImage(hub, `library/${name}`, '1', buildImage({ layers, platform: PLATFORM }));
    if (bytes > MIB) hub.on({ path: new RegExp(layers[0]?.digest ?? ''), plan: { rate: rate * MIB } });
  }
  await list('small:1', 'large:1', 'larger:1');
}

async function onTerminal(
  { parts, env, layout }: Updating,
  columns: number,
  more: Record<string, string> = {},
): Promise<Terminal> {
  const terminal = parts.add(await openTerminal({ columns, rows: 12, cwd: '/', env: { ...env, ...more } }));
  terminal.run(`clear; ${process.execPath} ${MAIN} update --path ${layout.root}; echo "status $?"`);
  return terminal;
}

describe('an update on a terminal', { skip: lacking({ programs: ['tmux', 'bash'] }) }, () => {
  it(
    'shows a bar for each image, below a line for each that is over, and follows the window; Ctrl-C leaves nothing of it',
    updating(async (scene) => {
      await slowImages(scene, 60, 1);
      const terminal = await onTerminal(scene, 80);
      const lines = await terminal.until(/B\/s\n.*B\/s\n1 of 3 images, .* of 128 MB, .*\/s, \d+ \w+ left$/);
      assert.match(lines.join('\n'), /^small:1: fetched 2 blobs, 10\d kB/m);
      assert.match(lines.join('\n'), /^large:1 +█*░+ +[\d.]+ [kM]?B of 62\.9 MB +[\d.]+ [kM]?B\/s$/m);
      assert.ok(!lines.some((line) => line.includes('fetching')), 'the bars say that');
      terminal.resize(50, 12);
      await terminal.until(/^large:1 +█*░+ +[\d.]+ [kM]?B of 62\.9 MB$/m);
      terminal.resize(30, 12);
      await terminal.until(/^1 of 3 images/m);
      await terminal.untilGone(/░/);
      terminal.resize(80, 12);
      await terminal.until(/░/);
      terminal.press('C-c');
      const after = (await terminal.until(/^status 130$/m)).join('\n');
      assert.match(after, /^Interrupted in .*2 not done$/m);
      assert.ok(!/[█░]/.test(after), after);
    }),
  );

  it(
    'draws bars of ASCII where the locale has nothing else',
    updating(async (scene) => {
      await slowImages(scene, 60, 1);
      const terminal = await onTerminal(scene, 80, { LC_ALL: 'C' });
      await terminal.until(/^large:1 +#*-+ /m);
      terminal.press('C-c');
      const after = (await terminal.until(/^status 130$/m)).join('\n');
      assert.ok(!/[#-]{5}/.test(after), after);
    }),
  );

  it(
    'leaves the lines in the end, and prints nothing else where the cursor cannot be moved',
    updating(async (scene) => {
      await slowImages(scene, 4, 20);
      const plain = await onTerminal(scene, 80, { TERM: 'dumb' });
      const lines = (await plain.until(/^status 0$/m)).join('\n');
      assert.match(lines, /^larger:1: fetching 2 blobs, 6\.3 MB$/m);
      assert.match(lines, /^larger:1: fetched 2 blobs, 6\.3 MB$/m);
      assert.ok(!/█|░|\d of 3 images/.test(lines), lines);
      const live = await onTerminal(scene, 80);
      const after = (await live.until(/^status 0$/m)).join('\n');
      for (const name of ['small', 'large', 'larger'])
        assert.match(after, new RegExp(`^${name}:1: unchanged$`, 'm'));
      assert.match(after, /unchanged\nDone in .*\nstatus 0$/m);
      assert.ok(!/█|░|\d of 3 images/.test(after), after);
    }),
  );
});
