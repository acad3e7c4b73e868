import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { waitFor } from '../../parts/wait.js';
import type { Terminal } from './terminal.js';

/** In the sources, seen from build/test/integration/menuconfig. */
const FOLDER = fileURLToPath(new URL('../../../../test/integration/menuconfig/captures/', import.meta.url));

/**
 * Waits until the screen is the one that is kept under this name: it may be half drawn when it is looked at. `UPDATE_CAPTURES=1`
 * keeps it anew instead.
 */
export async function assertCapture(name: string, terminal: Terminal): Promise<void> {
  const path = join(FOLDER, `${name}.txt`);
  if (process.env['UPDATE_CAPTURES'] === '1') writeFileSync(path, await settledScreen(terminal));
  const kept = readFileSync(path, 'utf8');
  const isEqual = () => textOf(terminal) === kept;
  await waitFor(isEqual, { what: `the screen is ${name}`, timeout: 5_000 }).catch(() => undefined);
  assert.equal(textOf(terminal), kept);
}

/** The screen once it has not changed for a while. */
export async function settledScreen(terminal: Terminal): Promise<string> {
  for (let before = ''; ; await sleep(150)) {
    const now = textOf(terminal);
    if (now === before) return now;
    before = now;
  }
}

function textOf(terminal: Terminal): string {
  return `${terminal.screen().join('\n')}\n`;
}
