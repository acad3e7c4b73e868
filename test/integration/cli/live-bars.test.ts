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

/** Two images whose blobs come slowly, and one that comes at once. */
async function slowImages({ hub, list }: Updating, rate = 2 * MIB): Promise<void> {
  for (const [name, megabytes] of [
    ['small', 0.1],
    ['large', 8],
    ['larger', 10],
  ] as const) {
    const layers = [randomLayer(name, megabytes * MIB)];
    addImage(hub, `library/${name}`, '1', buildImage({ layers, platform: PLATFORM }));
    if (megabytes > 1) hub.on({ path: new RegExp(layers[0]?.digest ?? ''), plan: { rate } });
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
    'shows a bar for each image, below a line for each that is over, and follows the window',
    updating(async (scene) => {
      await slowImages(scene);
      const terminal = await onTerminal(scene, 80);
      const lines = await terminal.until(/MB\/s\n.*MB\/s\n1 of 3 images, .* of 19\.0 MB, .*\/s, \d+ s left$/);
      assert.match(lines.join('\n'), /^small:1: fetched 2 blobs, 10\d kB/m);
      assert.match(lines.join('\n'), /^large:1 +█+░+ +[\d.]+ [kM]B of +8\.4 MB +[\d.]+ [kM]B\/s$/m);
      assert.ok(!lines.some((line) => line.includes('fetching')), 'the bars say that');
      terminal.resize(50, 12);
      await terminal.until(/^large:1 +█+░+ +[\d.]+ [kM]B of +8\.4 MB$/m);
      terminal.resize(30, 12);
      await terminal.until(/^1 of 3 images/m);
      await terminal.untilGone(/░/);
      terminal.resize(80, 12);
      await terminal.until(/░/);
      const after = await terminal.until(/^status 0$/m);
      assert.match(after.join('\n'), /^larger:1: fetched 2 blobs, 10\.5 MB\nDone in .*\nstatus 0$/m);
      assert.ok(!after.join('\n').includes('░'), 'nothing is left of the bars');
    }),
  );

  it(
    'leaves nothing of it at Ctrl-C',
    updating(async (scene) => {
      await slowImages(scene);
      const terminal = await onTerminal(scene, 80, { LC_ALL: 'C' });
      await terminal.until(/^large:1 +#+-+ /m);
      terminal.press('C-c');
      const after = (await terminal.until(/^status 130$/m)).join('\n');
      assert.match(after, /^Interrupted in .*2 not done$/m);
      assert.ok(!/[#-]{5}/.test(after), after);
    }),
  );

  it(
    'prints lines only where the cursor cannot be moved',
    updating(async (scene) => {
      await slowImages(scene, 20 * MIB);
      const terminal = await onTerminal(scene, 80, { TERM: 'dumb' });
      await terminal.until(/^larger:1: fetching 2 blobs, 10\.5 MB$/m);
      const after = (await terminal.until(/^status 0$/m)).join('\n');
      assert.ok(!/█|images, /.test(after.replace(/Done.*/, '')), after);
    }),
  );
});
