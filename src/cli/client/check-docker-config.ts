import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optionValues } from '../../host/dockerd-process.js';
import { CommandError, run } from '../../host/exec.js';
import type { DockerAbilities } from '../../render/clients/docker-version.js';
import { JsonTextError } from '../../render/json-syntax.js';
import type { CliContext } from '../command.js';
import { CommandFailure } from '../errors.js';
import type { DockerFacts } from './docker-facts.js';

/**
 * Runs what reads a daemon.json, and has its errors name the file.
 * @throws CommandFailure
 */
export function reading<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const { line, column, problem, hint } = error;
    throw new CommandFailure(`${file}:${line}:${column}: ${problem}; nothing was changed`, {
      hint: hint ?? 'put that right, and try again',
      cause: error,
    });
  }
}

/**
 * Refuses what would keep the engine from starting the next time: what is said both on its command line and in its file.
 * @throws CommandFailure
 */
export function refuseTwice({ process: found, places }: DockerFacts, content: string): void {
  const command = found?.command ?? [];
  const options = [
    { key: 'registry-mirrors', option: '--registry-mirror' },
    { key: 'insecure-registries', option: '--insecure-registry' },
  ];
  for (const { key, option } of options) {
    if (optionValues(command, option).length === 0 || !content.includes(`"${key}"`)) continue;
    throw new CommandFailure(
      `dockerd was started with ${option}, and would not start any more with "${key}" in ${places.file}; nothing was changed`,
      {
        hint: `move what ${option} says from the command line into ${places.file}, restart Docker, and try again`,
      },
    );
  }
}

/**
 * Has `dockerd` itself look at what daemon.json is to hold, where it can.
 * @throws CommandFailure when it does not like it
 */
export async function validate(
  content: string,
  { places }: DockerFacts,
  { validates }: DockerAbilities,
  { stdout }: CliContext,
): Promise<void> {
  if (places.kind === 'desktop') return;
  if (!validates) {
    stdout.write('Not checked with "dockerd --validate", which came with Docker 23.\n');
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'docker-mirror-'));
  try {
    const file = join(folder, 'daemon.json');
    await writeFile(file, content, { mode: 0o600 });
    await run('dockerd', ['--validate', '--config-file', file]);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    // It may be in a place that is not on this user's PATH.
    if (error.exitCode === undefined && error.stderr === '') return;
    throw new CommandFailure(`dockerd refuses ${places.file} as it would be: ${error.stderr.trim()}`, {
      hint: 'nothing was changed; put that right, and try again',
      cause: error,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
