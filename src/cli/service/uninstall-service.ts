import type { UnitScope } from '../../render/host/wanted.js';
import type { Layout } from '../../render/layout.js';
import type { CliContext } from '../command.js';
import { changeHost, type HostOutcome } from '../host-change.js';
import { findService } from './installed-service.js';
import { FOLDER_PART, SERVICE_PART } from './parts.js';

/**
 * Whether what this user has installed belongs to this mirror, so that removing the mirror undoes it. Where the units are gone already,
 * an earlier removal was cut short, and is to be finished.
 */
export async function belongsTo({ root }: Layout, context: CliContext): Promise<boolean> {
  const scopes: readonly UnitScope[] = context.uid === 0 ? ['system', 'user'] : ['user'];
  const found = await Promise.all(scopes.map((scope) => findService(scope, context)));
  return found.every((service) => service === undefined || service.folder === root);
}

/** How an installation is undone. */
export interface UninstallOptions {
  readonly force: boolean;
  readonly dryRun: boolean;
}

/**
 * Undoes the installation of the service: stopped, units and program removed, and what the mirror wrote given to root.
 * @throws HostChangeError
 */
export async function removeService(options: UninstallOptions, context: CliContext): Promise<HostOutcome> {
  return await undo(SERVICE_PART, options, context);
}

/** Removes the folders that an installation made, as far as nothing is in them. */
export async function removeFolders(options: UninstallOptions, context: CliContext): Promise<HostOutcome> {
  return await undo(FOLDER_PART, options, context);
}

function undo(part: string, { force, dryRun }: UninstallOptions, context: CliContext): Promise<HostOutcome> {
  return changeHost({ part, force, dryRun, what: { kind: 'undo', edited: new Map() } }, context);
}
