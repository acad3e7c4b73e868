import type { KeyObject } from 'node:crypto';
import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { actAsOwner } from '../../host/act-as-owner.js';
import { ensureFolder } from '../../host/files.js';
import type { Composed } from '../../images/bundle/compose.js';
import { sizeOf, type WriteOptions, writeToFile, writeToStream } from '../../images/bundle/create.js';
import { describeCreate } from '../../images/bundle/describe.js';
import type { CreateEvent } from '../../images/bundle/events.js';
import { keyPlaces, ownKey, readPrivateKey } from '../../images/bundle/keys.js';
import type { BundleList } from '../../images/bundle/list.js';
import { placeMembers } from '../../images/bundle/members.js';
import { planBundle } from '../../images/bundle/plan-bundle.js';
import { listBytes } from '../../images/bundle/write-list.js';
import { type Layout, layoutOf } from '../../render/layout.js';
import type { EngineConfig } from '../../settings/engine-config.js';
import type { Arguments, CliContext, Output } from '../command.js';
import { Interrupted, UsageError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { jsonPrinter } from '../live-line.js';
import { mirrorPath } from '../location.js';
import { configOf, openStore } from '../open-store.js';
import { progressLine } from './progress.js';
import { readSince } from './read-since.js';
import { splitSize } from './split-size.js';
import { standardOutput } from './standard-output.js';

/** Standard output, as a file. */
const STREAM = '-';
/** About as much as every signature has, bytes: to tell a size without a key. */
const SIGNATURE_SIZE = 200;

/** Carries out `docker-mirror bundle create`. */
export async function runCreate(args: Arguments, context: CliContext): Promise<ExitCode> {
  const split = splitSize(args.text('split'));
  const output = args.text('output');
  checkArguments(args, output);
  const layout = layoutOf(mirrorPath(args, context));
  const config = await configOf(layout, context);
  const now = Date.now();
  const signal = context.interrupted;
  const base = await readSince(args.text('since'), context.cwd, now, signal);
  const stream = output === STREAM ? standardOutput() : undefined;
  const tell = printer(
    args.flag('json'),
    output === STREAM ? context.stderr : context.stdout,
    context.stderr,
  );
  const isDry = args.flag('dry-run');
  // Before this process may become another user.
  const key = isDry ? undefined : await signingKey(args, layout, config, context);
  const place = placeOf(output, layout, context);
  if (stream === undefined && key !== undefined) await prepareFolder(dirname(place.path));
  const { store, hosts } = await openStore(config);
  try {
    const composed = await planBundle({ store, hosts, images: args.list('images'), base, now, signal }, tell);
    if (!isAnything(composed)) tell({ event: 'unchanged' });
    else if (key === undefined) tell({ event: 'planned', ...sizeOf(composed.list, totalOf(composed)) });
    else {
      const listFile = args.text('list');
      const options: WriteOptions = {
        blobs: store.blobs,
        key,
        signal,
        listFile:
          listFile !== undefined
            ? () => resolve(context.cwd, listFile)
            : stream === undefined
              ? (list) => listBeside(place.final(list))
              : undefined,
      };
      tell({ event: 'planned', ...sizeOf(composed.list, totalOf(composed)) });
      if (stream !== undefined) await writeToStream(composed, stream, options, tell);
      else await writeToFile(composed, { ...place, split, force: args.flag('force') }, options, tell);
    }
    return EXIT.ok;
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new Interrupted(
      stream === undefined
        ? 'interrupted: the same command goes on where this one was ended'
        : 'interrupted: what was written is not whole',
    );
  } finally {
    await store.close();
  }
}

function checkArguments(args: Arguments, output: string | undefined): void {
  for (const name of ['output', 'list', 'key']) {
    if (args.text(name) === '') throw new UsageError(`--${name} needs a name`);
  }
  if (output === STREAM && args.text('split') !== undefined)
    throw new UsageError('standard output cannot be split');
  if (output === STREAM && args.flag('force')) throw new UsageError('--force is for files');
}

async function signingKey(
  args: Arguments,
  layout: Layout,
  config: EngineConfig,
  { cwd }: CliContext,
): Promise<KeyObject> {
  const file = args.text('key');
  if (file !== undefined) return await readPrivateKey(resolve(cwd, file));
  return await ownKey(keyPlaces(layout.configFolder, config.storage.rootDirectory));
}

interface NamedPlace {
  readonly path: string;
  readonly final: (list: BundleList) => string;
}

/** In a folder it is called after the time it was made at. */
function placeOf(output: string | undefined, layout: Layout, { cwd }: CliContext): NamedPlace {
  const asked = output === undefined ? join(layout.images, 'bundles') : resolve(cwd, output);
  const isFolder =
    output === undefined || output.endsWith('/') || statSync(asked, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder !== true) return { path: asked, final: () => asked };
  return {
    path: join(asked, 'bundle.tar'),
    final: ({ created }) => join(asked, `bundle-${created.replace(/[-:Z]/g, '').replace('T', '-')}.tar`),
  };
}

function listBeside(bundle: string): string {
  return `${bundle.replace(/\.tar$/, '')}.list.json`;
}

/** What is made there belongs to whom the folder does. */
async function prepareFolder(folder: string): Promise<void> {
  await actAsOwner(folder);
  await ensureFolder(folder);
}

function isAnything({ list }: Composed): boolean {
  return list.repositories.length > 0;
}

function totalOf({ list }: Composed): number {
  return placeMembers(list, listBytes(list).length, SIGNATURE_SIZE).total;
}

function printer(json: boolean, output: Output, stderr: Output): (event: CreateEvent) => void {
  if (json) return jsonPrinter(output);
  const line = progressLine(stderr);
  return (event) => {
    if (event.event === 'progress') {
      line.at('', event.done, event.total);
      return;
    }
    line.clear();
    const text = describeCreate(event);
    if (text !== undefined)
      (event.event === 'left_out' ? stderr : output).write(
        `${event.event === 'left_out' ? 'warning: ' : ''}${text}\n`,
      );
  };
}
