import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { asFileError } from '../../host/files.js';
import {
  addTrusted,
  commentOf,
  type KeyPlaces,
  keyPlaces,
  OWN,
  removeTrusted,
  trustedKeys,
} from '../../images/bundle/keys.js';
import { parsePublicKey } from '../../images/bundle/public-key.js';
import { layoutOf } from '../../render/layout.js';
import type { Arguments, CliContext } from '../command.js';
import { CommandFailure, UsageError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { mirrorPath } from '../location.js';
import { configOf } from '../open-store.js';

/** Carries out `docker-mirror bundle trust`. */
export async function runTrust(args: Arguments, context: CliContext): Promise<ExitCode> {
  const [file, remove] = [args.text('file'), args.text('remove')];
  const asked = [file !== undefined, args.flag('list'), remove !== undefined].filter(Boolean).length;
  if (asked !== 1)
    throw new UsageError('a file with a public key, --list or --remove is needed, and one of them only');
  const layout = layoutOf(mirrorPath(args, context));
  const { storage } = await configOf(layout, context);
  const places = keyPlaces(layout.configFolder, storage.rootDirectory);
  if (remove !== undefined) await stopTrusting(remove, places, context);
  else if (file !== undefined) await startTrusting(file, places, context);
  if (args.flag('list') || args.flag('json')) await list(args, places, context);
  return EXIT.ok;
}

async function startTrusting(file: string, places: KeyPlaces, context: CliContext): Promise<void> {
  const text = file === '-' ? await standardInput(context) : await readKey(resolve(context.cwd, file));
  const key = parsePublicKey(text);
  const isNew = await addTrusted(places, key, commentOf(text));
  context.stderr.write(`${isNew ? 'Trusted now' : 'Trusted already'}: ${key.fingerprint}\n`);
}

async function stopTrusting(asked: string, places: KeyPlaces, context: CliContext): Promise<void> {
  const wanted = asked.startsWith('SHA256:') ? asked : `SHA256:${asked}`;
  const key = (await trustedKeys(places)).find(({ fingerprint }) => fingerprint === wanted);
  if (key === undefined) {
    throw new CommandFailure('no key with that fingerprint is trusted', {
      hint: '"docker-mirror bundle trust --list" shows those that are',
    });
  }
  if (key.comment === OWN) throw new CommandFailure('that is the key of this mirror itself');
  await removeTrusted(places, key);
  context.stderr.write(`No longer trusted: ${key.fingerprint}\n`);
}

async function list(args: Arguments, places: KeyPlaces, { stdout }: CliContext): Promise<void> {
  const keys = (await trustedKeys(places)).map(({ line, fingerprint, comment }) => ({
    fingerprint,
    comment,
    key: line,
  }));
  if (args.flag('json')) stdout.write(`${JSON.stringify(keys, undefined, 2)}\n`);
  else if (keys.length === 0) stdout.write('No key is trusted.\n');
  else for (const { fingerprint, comment } of keys) stdout.write(`${fingerprint}  ${comment}\n`);
}

async function readKey(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw asFileError(error, `cannot read ${path}`);
  }
}

async function standardInput({ stdin, interrupted }: CliContext): Promise<string> {
  const reader = stdin.open();
  try {
    const lines: string[] = [];
    for (;;) {
      const line = await reader.next(interrupted);
      if (line === undefined || lines.length > 100) return lines.join('\n');
      lines.push(line);
    }
  } finally {
    reader.close();
  }
}
