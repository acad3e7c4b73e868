import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** In the sources, seen from build/test/integration/menuconfig. */
const FOLDER = fileURLToPath(new URL('../../../../test/integration/menuconfig/captures/', import.meta.url));

/** Compares a screen with the one that is kept under this name; `UPDATE_CAPTURES=1` keeps it anew instead. */
export function assertCapture(name: string, lines: readonly string[]): void {
  const path = join(FOLDER, `${name}.txt`);
  const text = `${lines.join('\n')}\n`;
  if (process.env['UPDATE_CAPTURES'] === '1') writeFileSync(path, text);
  assert.equal(text, readFileSync(path, 'utf8'));
}
