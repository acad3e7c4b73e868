import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asPart, type Part, Parts } from '../../parts/cleanup.js';
import { tempFolder } from '../../parts/temp.js';
import { EXAMPLE } from '../../unit/menuconfig/example.js';
import { openTerminal, type Terminal } from './terminal.js';

const MAIN = fileURLToPath(new URL('../../../../dist/bundle/main.cjs', import.meta.url));

/** The command line that opens the menu; it leaves its process id in the file `pid`. */
export const MENU = `sh -c 'echo $$ >pid; exec "${process.execPath}" "${MAIN}" menuconfig --kconfig Kconfig'`;

/** A folder with a Kconfig file, and a terminal in it. */
export interface Scene extends Part {
  readonly terminal: Terminal;
  /** The folder's `.config`; undefined when there is none. */
  config(): string | undefined;
  write(name: string, text: string): void;
  /** The process id of the menu that was opened last. */
  pid(): number;
}

/** Makes a scene of the example tree. */
export async function openScene(
  columns: number,
  rows: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Scene> {
  const parts = new Parts();
  try {
    const folder = parts.add(await tempFolder('dm-menu'));
    writeFileSync(folder.file('Kconfig'), EXAMPLE);
    const terminal = parts.add(await openTerminal({ columns, rows, cwd: folder.path, env }));
    return {
      terminal,
      config: () =>
        existsSync(folder.file('.config')) ? readFileSync(folder.file('.config'), 'utf8') : undefined,
      write: (name, text) => writeFileSync(folder.file(name), text),
      pid: () => Number(readFileSync(folder.file('pid'), 'utf8')),
      ...asPart(() => parts.close()),
    };
  } catch (error) {
    await parts.close();
    throw error;
  }
}

/** What `docker-mirror config set` writes for the same tree. */
export async function scriptedConfig(...assignments: string[]): Promise<string> {
  await using folder = await tempFolder('dm-menu');
  writeFileSync(folder.file('Kconfig'), EXAMPLE);
  const args = [MAIN, 'config', 'set', ...assignments, '--kconfig', 'Kconfig'];
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: folder.path,
    encoding: 'utf8',
    timeout: 20_000,
  });
  if (status !== 0) throw new Error(`config set failed: ${stderr}`);
  return readFileSync(join(folder.path, '.config'), 'utf8');
}
