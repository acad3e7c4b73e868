import { resolve } from 'node:path';
import { MirrorError } from '../errors.js';
import { actAsOwner } from '../host/act-as-owner.js';
import { ensureFolder } from '../host/files.js';
import { freeSpace } from '../host/free-space.js';
import { type ImportEvent, importArchive } from '../images/import/import-archive.js';
import { type ImportSource, openSource, spool } from '../images/import/source.js';
import { formatBytes } from '../images/update-event.js';
import { layoutOf } from '../render/layout.js';
import type { EngineConfig } from '../settings/engine-config.js';
import type { Arguments, CliContext } from './command.js';
import { CommandFailure, Interrupted, UsageError } from './errors.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { plain } from './live/bar.js';
import { jsonPrinter, liveLine } from './live-line.js';
import { mirrorPath } from './location.js';
import { configOf, openStore } from './open-store.js';

/** Standard input, among the files. */
const STANDARD_INPUT = '-';

/** Carries out `docker-mirror import`. */
export async function runImport(args: Arguments, context: CliContext): Promise<ExitCode> {
  const layout = layoutOf(mirrorPath(args, context));
  const config = await configOf(layout, context);
  const root = config.storage.rootDirectory;
  checkArguments(args, config);
  const sources: ImportSource[] = [];
  try {
    // Before this process may become another user.
    for (const file of args.list('files')) {
      if (file !== STANDARD_INPUT) sources.push(await openSource(resolve(context.cwd, file), file));
    }
    await actAsOwner(root);
    await ensureFolder(root);
    if (args.list('files').includes(STANDARD_INPUT)) {
      // One that comes from a program that hangs would be waited for.
      context.interrupted.addEventListener('abort', () => process.stdin.destroy(), { once: true });
      sources.push(await spool(process.stdin, root, 'standard input', context.interrupted));
    }
    return await importAll(sources, args, config, context);
  } catch (error) {
    if (!context.interrupted.aborted) throw error;
    throw new Interrupted('interrupted: images that were not named yet as imported are not there');
  } finally {
    for (const source of sources) await source.close();
  }
}

function checkArguments(args: Arguments, { storage }: EngineConfig): void {
  const files = args.list('files');
  if (files.length === 0) throw new UsageError('the name of a file is needed, or - for standard input');
  if (args.text('name') !== undefined && files.length > 1) throw new UsageError('--name is for one file');
  if (files.filter((file) => file === STANDARD_INPUT).length > 1) {
    throw new UsageError('standard input can be read only once');
  }
  if (files.includes(STANDARD_INPUT) && process.stdin.isTTY) {
    throw new UsageError('standard input is a terminal, and an archive is needed', {
      hint: 'docker save IMAGE | docker-mirror import -',
    });
  }
  if (!storage.readOnly) return;
  throw new CommandFailure('the mirror is read-only (storage.maintenance.readonly)', {
    hint: 'turn that off in its config.yml while something is imported',
  });
}

/** One file that is refused does not keep the others out. */
async function importAll(
  sources: readonly ImportSource[],
  args: Arguments,
  config: EngineConfig,
  context: CliContext,
): Promise<ExitCode> {
  const { store, hosts } = await openStore(config);
  const tell = printer(args.flag('json'), context);
  let failed = 0;
  try {
    for (const source of sources) {
      const naming = { hosts, name: args.text('name'), isOwn: args.flag('pushed') };
      const room = await freeSpace(config.storage.rootDirectory);
      const options = { store, naming, force: args.flag('force'), room, signal: context.interrupted };
      try {
        await importArchive(source, options, tell);
      } catch (error) {
        context.interrupted.throwIfAborted();
        if (!(error instanceof MirrorError)) throw error;
        failed += 1;
        tell({ event: 'failed', file: source.name, problem: error.message, hint: error.hint ?? null });
      }
    }
  } finally {
    await store.close();
  }
  return failed === 0 ? EXIT.ok : EXIT.failed;
}

type Told =
  | ImportEvent
  | {
      readonly event: 'failed';
      readonly file: string;
      readonly problem: string;
      readonly hint: string | null;
    };

function printer(json: boolean, { stdout, stderr }: CliContext): (event: Told) => void {
  if (json) return jsonPrinter(stdout);
  const line = liveLine(stderr);
  return (event) => {
    if (event.event === 'progress') {
      line.show(() => `${plain(event.file)}: ${event.step}, ${formatBytes(event.done)}`);
      return;
    }
    line.clear();
    if (event.event === 'failed')
      stderr.write(`docker-mirror: ${event.file}: ${event.problem}\n${hintLine(event.hint)}`);
    else stdout.write(`${describe(event)}\n`);
  };
}

function describe(event: Exclude<ImportEvent, { event: 'progress' }>): string {
  if (event.event === 'done') return `${event.file}: done, ${formatBytes(event.bytes)} were new`;
  const { file, image, upstream, absent } = event;
  const as = upstream === null ? 'as an image of your own' : `as a copy from ${upstream}`;
  return `${file}: ${image} ${as}${absent.length === 0 ? '' : `; without ${absent.join(', ')}`}`;
}

function hintLine(hint: string | null): string {
  return hint === null ? '' : `hint: ${hint}\n`;
}
