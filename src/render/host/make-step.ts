import { chmod, readlink, rename, rm, rmdir, symlink, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, isMissing, MirrorError } from '../../errors.js';
import { asFileError, ensureFolder, syncFolder, temporaryName, writeFileAtomic } from '../../host/files.js';
import { giveTo } from '../../host/ownership.js';
import { look } from './observe.js';
import type { HostStep } from './step.js';
import { placeTree, removeTree } from './tree.js';

/** A step that changes files, and nothing else. */
export type FileStep = Exclude<HostStep, { readonly kind: 'perform' | 'note' }>;

/** Somebody changed a file between the plan and the change. */
export class ChangedMeanwhileError extends MirrorError {
  readonly code = 'CHANGED_MEANWHILE';
}

/**
 * Makes one change to files, whole or not at all.
 * @throws FileError, OwnerError, ChangedMeanwhileError
 */
export async function makeStep(step: FileStep): Promise<void> {
  try {
    await make(step);
  } catch (error) {
    throw asFileError(error, `cannot change ${step.path}`);
  }
}

async function make(step: FileStep): Promise<void> {
  const { path } = step;
  switch (step.kind) {
    case 'make-folder':
      if ((await ensureFolder(path, step.mode)) && step.owner !== undefined) {
        await giveTo(path, step.owner.user, step.owner.group);
      }
      return;
    case 'write-file':
      await expectUnchanged(path, step.before);
      await ensureFolder(dirname(path));
      await writeFileAtomic(path, step.content, { mode: step.mode });
      if (step.owner !== undefined) await giveTo(path, step.owner.user, step.owner.group);
      return;
    case 'set-mode':
      return await chmod(path, step.mode);
    case 'make-link':
      return await placeLink(path, step.target);
    case 'place-tree':
      return await placeTree(path, step.files);
    case 'remove-tree':
      return await removeTree(path);
    case 'remove-file':
      await expectUnchanged(path, step.before);
      await rm(path, { force: true });
      return await syncFolder(dirname(path));
    case 'remove-link':
      return await unlessMissing(unlink(path));
    case 'remove-folder':
      return await removeFolder(path);
  }
}

async function expectUnchanged(path: string, before: Buffer | undefined): Promise<void> {
  const found = await look(path);
  const isSame = found.kind === 'file' ? before?.equals(found.bytes) === true : before === undefined;
  if (isSame || found.kind === 'absent') return;
  throw new ChangedMeanwhileError(`${path} was changed by somebody else just now`, {
    hint: 'try again',
    retryable: true,
  });
}

/** A link cannot be changed in place, but another one can be renamed over it. */
async function placeLink(path: string, target: string): Promise<void> {
  await ensureFolder(dirname(path));
  const temporary = await temporaryName(path);
  try {
    await symlink(target, temporary);
    await rename(temporary, path);
    if ((await readlink(path)) !== target) throw new Error(`${path} is no link to ${target}`);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** One that somebody keeps something in stays. */
async function removeFolder(path: string): Promise<void> {
  try {
    await rmdir(path);
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && !isMissing(error)) throw error;
  }
}

async function unlessMissing(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
