import { setTimeout as sleep } from 'node:timers/promises';
import { MirrorError } from '../../errors.js';
import { askDockerd, type DockerdInfo } from '../../host/dockerd.js';
import { reloadDocker } from '../../host/dockerd-reload.js';
import { bytesIfThere, linkTarget } from '../../host/file-copy.js';
import { writeFileAtomic } from '../../host/files.js';
import type { Action } from '../host/wanted.js';
import { JsonTextError } from '../json-syntax.js';
import { isSameMirror, withEmptyLists, withoutMirror } from './daemon-json.js';
import { socketOf } from './docker-places.js';

/** Milliseconds that an engine may take to act on a changed file. */
const PATIENCE = 10_000;
const POLL = 100;

/**
 * Has an engine forget a mirror. Reading a file without the key changes nothing for it, so it is given one with an empty list, and the file is
 * put back as it was. Cut short in between, the file is one without the mirror, which the next undo finds. An engine that does not
 * run, or does not forget in time, is left to its next start.
 * @throws FileError
 */
export async function forgetMirror(action: Action & { readonly kind: 'forget-mirror' }): Promise<void> {
  const path = await linkTarget(action.file);
  const now = await bytesIfThere(path);
  const between = now === undefined ? undefined : withoutIt(now.toString(), action);
  if (now === undefined || between === undefined || (await ask(action.host)) === undefined) return;
  await writeFileAtomic(path, between);
  try {
    const reloaded = await reloadDocker({ pidFile: action.pidFile, socket: socketOf(action.host) });
    if (reloaded) await awaitEngine(action.host, (info) => !hasMirror(info, action.url));
  } finally {
    await writeFileAtomic(path, now);
  }
}

/**
 * Waits until an engine is as it should be.
 * @returns whether it is; false after ten seconds
 */
export async function awaitEngine(
  host: string,
  isSo: (info: DockerdInfo) => boolean,
  patience: number = PATIENCE,
): Promise<boolean> {
  const end = performance.now() + patience;
  for (;;) {
    const info = await ask(host);
    if (info !== undefined && isSo(info)) return true;
    if (performance.now() > end) return false;
    await sleep(POLL);
  }
}

/** Whether an engine asks a mirror. */
export function hasMirror({ mirrors }: DockerdInfo, url: string): boolean {
  return mirrors.some((each) => isSameMirror(each, url));
}

async function ask(host: string): Promise<DockerdInfo | undefined> {
  try {
    return await askDockerd(host);
  } catch (error) {
    // One that does not answer, as in the middle of a restart, is asked again or left alone.
    if (error instanceof MirrorError) return undefined;
    throw error;
  }
}

function withoutIt(now: string, action: Action & { readonly kind: 'forget-mirror' }): string | undefined {
  const mirror = { url: action.url, insecureAddress: action.insecureAddress };
  try {
    const after = withoutMirror(now, mirror);
    return withEmptyLists(now, after, { losesLoopback: action.losesLoopback === true }) ?? after;
  } catch (error) {
    // The engine cannot read it either.
    if (error instanceof JsonTextError) return undefined;
    throw error;
  }
}
