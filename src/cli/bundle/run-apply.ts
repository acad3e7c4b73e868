import { join, resolve } from 'node:path';
import { actAsOwner } from '../../host/act-as-owner.js';
import { withFileLock } from '../../host/file-lock.js';
import { ensureFolder } from '../../host/files.js';
import { freeSpace } from '../../host/free-space.js';
import { type ApplyOptions, applyBundle } from '../../images/bundle/apply.js';
import { describeApply } from '../../images/bundle/describe.js';
import type { ApplyEvent } from '../../images/bundle/events.js';
import { keyPlaces, trustedKeys } from '../../images/bundle/keys.js';
import { openBundle } from '../../images/bundle/read-bundle.js';
import { type BundleSource, openStream } from '../../images/bundle/source.js';
import { Tape } from '../../images/bundle/tape.js';
import { groupVolumes } from '../../images/bundle/volume-name.js';
import { layoutOf } from '../../render/layout.js';
import type { EngineConfig } from '../../settings/engine-config.js';
import type { Arguments, CliContext, LineReader } from '../command.js';
import { CommandFailure, Interrupted, UsageError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { jsonPrinter } from '../live-line.js';
import { mirrorPath } from '../location.js';
import { configOf, openStore } from '../open-store.js';
import { openBundleFile } from './open-bundle-file.js';
import { progressLine } from './progress.js';
import { type TrustedFingerprints, whoSigned } from './who-signed.js';

/** Standard input, among the files. */
const STREAM = '-';

/** Carries out `docker-mirror bundle apply`. */
export async function runApply(args: Arguments, context: CliContext): Promise<ExitCode> {
  const layout = layoutOf(mirrorPath(args, context));
  const config = await configOf(layout, context);
  checkArguments(args, config);
  const root = config.storage.rootDirectory;
  const state = join(layout.images, 'bundles');
  const sources: BundleSource[] = [];
  const questions = new Questions(args, context);
  try {
    // Before this process may become another user.
    const trusted = new Map(
      (await trustedKeys(keyPlaces(layout.configFolder, root))).map((key) => [key.fingerprint, key]),
    );
    for (const { first, others } of groupVolumes(args.list('files'))) {
      sources.push(await openSource(first, others, questions, context));
    }
    const isDry = args.flag('dry-run');
    await actAsOwner(root);
    if (!isDry) for (const folder of [root, state]) await ensureFolder(folder);
    const work = () => applyAll(sources, { args, config, context, state, trusted });
    return await (isDry ? work() : withFileLock(join(state, 'applying'), work));
  } catch (error) {
    if (!context.interrupted.aborted) throw error;
    throw new Interrupted(
      'interrupted: images that were named as applied are there; the same command goes on with the others',
    );
  } finally {
    questions.close();
    for (const source of sources) await source.close();
  }
}

function checkArguments(args: Arguments, { storage }: EngineConfig): void {
  const files = args.list('files');
  if (files.filter((file) => file === STREAM).length > 1)
    throw new UsageError('standard input can be read only once');
  if (files.includes(STREAM) && process.stdin.isTTY) {
    throw new UsageError('standard input is a terminal, and a bundle is needed', {
      hint: 'docker-mirror bundle create -o - | ssh HOST docker-mirror bundle apply -',
    });
  }
  if (!storage.readOnly || args.flag('dry-run')) return;
  throw new CommandFailure('the mirror is read-only (storage.maintenance.readonly)', {
    hint: 'turn that off in its config.yml while something is applied',
  });
}

async function openSource(
  file: string,
  others: readonly string[],
  questions: Questions,
  { cwd, interrupted }: CliContext,
): Promise<BundleSource> {
  if (file !== STREAM) {
    const further = others.map((path) => resolve(cwd, path));
    return await openBundleFile(resolve(cwd, file), file, further, (path) => questions.askFor(path));
  }
  // One that comes from a program that hangs would be waited for.
  interrupted.addEventListener('abort', () => process.stdin.destroy(), { once: true });
  return openStream(process.stdin, 'standard input');
}

interface Parts {
  readonly args: Arguments;
  readonly config: EngineConfig;
  readonly context: CliContext;
  readonly state: string;
  readonly trusted: TrustedFingerprints;
}

/** The next one may build on the one before, so the first that fails ends it. */
async function applyAll(sources: readonly BundleSource[], parts: Parts): Promise<ExitCode> {
  const { args, config, context, state, trusted } = parts;
  const { store, hosts } = await openStore(config);
  const tell = printer(args.flag('json'), context);
  let refused = 0;
  try {
    for (const source of sources) {
      const tape = new Tape(source, context.interrupted);
      const opened = await openBundle(tape);
      const signer = args.flag('insecure-skip-signature') ? undefined : whoSigned(opened, trusted);
      const options: ApplyOptions = {
        store,
        hosts,
        signer,
        force: args.flag('force'),
        partial: args.flag('partial'),
        dryRun: args.flag('dry-run'),
        room: await freeSpace(config.storage.rootDirectory),
        state,
        signal: context.interrupted,
      };
      const summary = await applyBundle(source.name, tape, opened, options, tell);
      refused += summary.refused;
      // Who writes it would be told that nobody reads it.
      if (!source.seekable) await tape.goTo(opened.placed.total);
      await tape.close();
    }
  } finally {
    await store.close();
  }
  return refused === 0 ? EXIT.ok : EXIT.failed;
}

function printer(json: boolean, { stdout, stderr }: CliContext): (event: ApplyEvent) => void {
  if (json) return jsonPrinter(stdout);
  const line = progressLine(stderr);
  return (event) => {
    if (event.event === 'progress') {
      line.at(`${event.file}: `, event.done, event.total);
      return;
    }
    line.clear();
    const text = describeApply(event);
    const isProblem = event.event === 'refused' || event.event === 'damaged';
    if (text !== undefined) (isProblem ? stderr : stdout).write(`${text}\n`);
  };
}

/** Asks a person for volumes that are not there, such as those on the next stick. */
class Questions {
  readonly #context: CliContext;
  readonly #mayAsk: boolean;
  #lines: LineReader | undefined;

  constructor(args: Arguments, context: CliContext) {
    this.#context = context;
    this.#mayAsk = context.stdin.isTerminal && !args.flag('json') && !args.list('files').includes(STREAM);
  }

  async askFor(path: string): Promise<boolean> {
    if (!this.#mayAsk) return false;
    this.#context.stderr.write(
      `${path} is not there. Put in what holds it and press Enter, or Ctrl-C to end: `,
    );
    this.#lines ??= this.#context.stdin.open();
    return (await this.#lines.next(this.#context.interrupted)) !== undefined;
  }

  close(): void {
    this.#lines?.close();
  }
}
