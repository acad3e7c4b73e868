import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeKconfigTree } from '../kconfig-tree.js';
import { kconfiglib, kconfiglibVersion } from '../peers/kconfiglib.js';
import type { Command } from '../peers/peer.js';
import { check, ratio, record } from '../result.js';
import type { Row } from './row.js';

const OURS = fileURLToPath(new URL('../load/kconfig.js', import.meta.url));
const TIME_LIMIT_MS = 120_000;

/** Processes that read a Kconfig tree and a .config, work everything out and write the .config. */
export const kconfig: Row = {
  name: 'kconfig',
  title: 'Kconfig: read 10,000 symbols and a .config, write the whole .config',
  async run(bench) {
    const time = record('read, work out, write', 'ms');
    const whole = record('whole process', 'ms');
    const count = bench.options.sizes.symbols;
    const folder = bench.scratch.newFolder('kconfig');
    for (const [name, text] of makeKconfigTree(count)) writeFileSync(join(folder, name), text);
    const commands = [
      { peer: 'mirror', output: 'ours', command: { program: process.execPath, args: [OURS, 'ours'] } },
      { peer: 'kconfiglib', output: 'theirs', command: kconfiglib('theirs') },
    ] as const;
    const present = commands.filter(({ peer }) => peer === 'mirror' || kconfiglibVersion() !== undefined);
    // Once for the caches, and to see that both do the same.
    for (const { command } of present) runIn(folder, command);
    if (present.length === commands.length) compare(join(folder, 'ours'), join(folder, 'theirs'));
    for (let round = 1; round <= bench.options.rounds; round++) {
      for (const { peer, command } of present) {
        bench.progress(`kconfig, ${count} symbols, round ${round}: ${peer}`);
        const { work, process: all } = runIn(folder, command);
        time.add(peer, work);
        whole.add(peer, all);
      }
    }
    bench.scratch.removeFolder(folder);
    const times = ratio(time.median('mirror'), time.median('kconfiglib'));
    return {
      recorders: [time, whole],
      checks: [check('read, work out, write: mirror ÷ kconfiglib', times, '≤', 1.5)],
    };
  },
};

/** Milliseconds that a process took, and those of them that it says its work took. */
function runIn(cwd: string, { program, args }: Command): { readonly work: number; readonly process: number } {
  const started = performance.now();
  const { status, signal, stdout, stderr } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    timeout: TIME_LIMIT_MS,
  });
  if (status !== 0) throw new Error(`${program} ended with ${status ?? signal}: ${stderr}`);
  return { work: Number.parseFloat(stdout), process: performance.now() - started };
}

const HEADING = /^#\n# Automatically generated file; DO NOT EDIT\.\n# .*\n#\n/;

function compare(ours: string, theirs: string): void {
  const [one, other] = [readFileSync(ours, 'utf8').replace(HEADING, ''), readFileSync(theirs, 'utf8')];
  if (one !== other) throw new Error('the mirror and Kconfiglib do not write the same .config');
}
