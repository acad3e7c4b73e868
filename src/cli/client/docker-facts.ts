import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { MirrorError } from '../../errors.js';
import { askDockerd, type DockerdInfo } from '../../host/dockerd.js';
import { type DockerdProcess, findDockerd, optionValues } from '../../host/dockerd-process.js';
import { bytesIfThere, linkTarget } from '../../host/file-copy.js';
import { asFileError } from '../../host/files.js';
import { type DockerPlaces, dockerPlaces, socketOf } from '../../render/clients/docker-places.js';
import type { DockerdTarget } from '../../render/clients/dockerd.js';
import { readHostRecord } from '../../render/host/record.js';
import type { Arguments, CliContext } from '../command.js';
import { CommandFailure } from '../errors.js';
import { installedFolder, partFiles } from '../installed-state.js';
import { describeError } from '../report.js';

/** Under which name it is noted what was done to Docker. */
export const DOCKER_PART = 'client-dockerd';

/** The Docker engine that is meant. */
export interface DockerFacts {
  readonly places: DockerPlaces;
  /** Undefined: none answers. */
  readonly info: DockerdInfo | undefined;
  /** Undefined: not found, or not on this host. */
  readonly process: DockerdProcess | undefined;
  /** Whether it is the one that this host's services manage. */
  readonly isUsual: boolean;
}

/** Looks for the engine: where it is configured, what it says, which process it is. */
export async function lookForDocker(args: Arguments, context: CliContext): Promise<DockerFacts> {
  const { env, uid, home, cwd, stderr } = context;
  const usual = dockerPlaces({ platform: process.platform, env, uid, home, isThere: existsSync });
  const host = args.text('host') ?? ownHost(env['DOCKER_HOST'], stderr) ?? usual.host;
  const isUsual = host === usual.host;
  const pidFile = isUsual ? usual.pidFile : undefined;
  const found = await findDockerd({ socket: socketOf(host), pidFile });
  const [named] = optionValues(found?.command ?? [], '--config-file');
  const asked = args.text('file');
  const file = asked === undefined ? (named ?? usual.file) : resolve(cwd, asked);
  const info = await ask(host, context);
  return { places: { ...usual, host, pidFile, file }, info, process: found, isUsual };
}

/** An engine elsewhere has its daemon.json elsewhere. */
function ownHost(host: string | undefined, stderr: CliContext['stderr']): string | undefined {
  if (host === undefined || host === '') return undefined;
  if (/^(?:unix|npipe):\/\//.test(host) || /^tcp:\/\/(?:127\.|localhost\b|\[::1\])/.test(host)) return host;
  stderr.write('warning: DOCKER_HOST is an engine on another host: the one on this host is meant here\n');
  return undefined;
}

async function ask(host: string, { stderr }: CliContext): Promise<DockerdInfo | undefined> {
  try {
    return await askDockerd(host);
  } catch (error) {
    if (!(error instanceof MirrorError)) throw error;
    stderr.write(describeError(error).replace(/^docker-mirror: /, 'warning: '));
    return undefined;
  }
}

/** What daemon.json holds, and what is known of earlier changes to it. */
export type DaemonJsonState = Pick<DockerdTarget, 'text' | 'earlier'> & {
  /** Whether it is noted what the file held before. */
  readonly isNoted: boolean;
  /** Whether anything is noted at all. */
  readonly hasRecord: boolean;
};

/**
 * Reads daemon.json, and what is noted about it.
 * @throws FileError, CommandFailure when it is no text that Docker and we could read
 */
export async function readDaemonJson(file: string, context: CliContext): Promise<DaemonJsonState> {
  const { entries } = await readHostRecord(partFiles(installedFolder(context), DOCKER_PART).record);
  const entry = entries.find((each) => each.kind === 'file' && each.path === file);
  const before = entry?.kind === 'file' ? entry.before : undefined;
  const deed = entries
    .flatMap((each) => (each.kind === 'undo' && each.action.kind === 'forget-mirror' ? [each.action] : []))
    .find((action) => action.file === file);
  return {
    text: await readUtf8(file),
    earlier: deed && {
      mirror: { url: deed.url, insecureAddress: deed.insecureAddress },
      text: before?.kind === 'kept' ? await readUtf8(before.backup) : undefined,
    },
    isNoted: entry !== undefined,
    hasRecord: entries.length > 0,
  };
}

async function readUtf8(path: string): Promise<string | undefined> {
  try {
    const bytes = await bytesIfThere(await linkTarget(path));
    return bytes && new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) {
      throw new CommandFailure(`${path} is not UTF-8, and was left as it is`, {
        hint: 'save it as UTF-8 without changing anything else, and try again',
      });
    }
    throw asFileError(error, `cannot read ${path}`);
  }
}
