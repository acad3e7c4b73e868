import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Arguments, CliContext, Command } from '#src/cli/command.js';
import { reportError } from '#src/cli/report.js';
import { SETTINGS } from '#src/cli/settings.js';
import type { ProcessIdentity } from '#src/host/process-identity.js';
import { endProcess } from '#src/host/supervisor/end-process.js';
import { readState, type SupervisorState } from '#src/host/supervisor/state.js';
import { type Layout, layoutOf } from '#src/render/layout.js';
import { loadEngineConfig } from '#src/settings/load-config.js';
import { reservePort } from '../../parts/ports.js';
import { argumentsOf, emptyContext, TextOutput } from '../../unit/cli/support.js';

const STAND_IN = fileURLToPath(new URL('stand-in.js', import.meta.url));
const MAIN = fileURLToPath(new URL('../../../../dist/bundle/main.cjs', import.meta.url));

/** What a command did. */
export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** A mirror of a test's own, with the stand-in as its engine. */
export class Sandbox {
  readonly port: number;
  readonly layout: Layout;
  /** Its `.config`; not there at first. */
  readonly settingsFile: string;
  mode = 'well';

  private constructor(root: string, port: number) {
    this.layout = layoutOf(join(root, 'mirror'));
    this.settingsFile = join(root, '.config');
    this.port = port;
  }

  static async make(): Promise<Sandbox> {
    return new Sandbox(await mkdtemp(join(tmpdir(), 'docker-mirror-cli-')), await reservePort());
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Ends every process that the state or the lock names, also one that has not said so yet, and removes the folder. */
  async remove(): Promise<void> {
    for (const holder of await this.#lockHolders()) await endProcess(holder, 3_000);
    const program = await this.state().then(
      (state) => state?.program,
      () => undefined,
    );
    if (program) await endProcess(program, 1_000);
    await rm(join(this.layout.root, '..'), { recursive: true, force: true, maxRetries: 5 });
  }

  async #lockHolders(): Promise<ProcessIdentity[]> {
    const names = await readdir(this.layout.run).catch(() => []);
    const locks = names.filter((name) => name.startsWith('lock.'));
    const texts = await Promise.all(locks.map((name) => readFile(join(this.layout.run, name), 'utf8')));
    return texts.filter((text) => text !== '').map((text) => JSON.parse(text) as ProcessIdentity);
  }

  async run(
    command: Command,
    values: Record<string, string | number | boolean> = {},
    changes: Partial<CliContext> = {},
  ): Promise<Outcome> {
    const args: Arguments = argumentsOf({ path: this.layout.root, port: this.port, ...values });
    return await this.#runWith({ ...this.context(), ...changes }, command, args);
  }

  /** Runs a command in a world of the caller's own, and without a port on the command line. */
  runIn(
    world: CliContext,
    command: Command,
    values: Record<string, string | number | boolean>,
  ): Promise<Outcome> {
    return this.#runWith(world, command, argumentsOf({ path: this.layout.root, ...values }));
  }

  async #runWith(world: CliContext, command: Command, args: Arguments): Promise<Outcome> {
    const [stdout, stderr] = [new TextOutput(), new TextOutput()];
    const context = { ...world, stdout, stderr };
    const status = await command.run(args, context).catch((error) => reportError(error, stderr));
    return { status, out: stdout.text, err: stderr.text };
  }

  context(): CliContext {
    return {
      ...emptyContext(),
      env: { ...process.env, KCONFIG_CONFIG: this.settingsFile },
      launch: { program: process.execPath, args: [MAIN] },
      supervised: { program: process.execPath, args: [STAND_IN, 'serve', this.layout.config, this.mode] },
      engine: {
        loadConfig: loadEngineConfig,
        checkFiles: async () => undefined,
        start: () => Promise.reject(new Error('the stand-in is the engine here')),
      },
      settings: SETTINGS,
    };
  }

  /** Writes settings, by their symbols, with everything else as by default. */
  async set(values: Readonly<Record<string, string>>): Promise<void> {
    const lines = Object.entries(values).map(([symbol, value]) => `CONFIG_${symbol}=${value}\n`);
    await writeFile(this.settingsFile, lines.join(''));
  }

  state(): Promise<SupervisorState | undefined> {
    return readState(this.layout.run);
  }

  /** The state, once it is as wanted. */
  async stateWhen(wanted: (state: SupervisorState) => boolean): Promise<SupervisorState> {
    return await eventually(async () => {
      const state = await this.state();
      return state !== undefined && wanted(state) ? state : undefined;
    });
  }
}

/** Waits until something is there, at most 20 seconds. */
export async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  const end = performance.now() + 20_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error('what was waited for did not happen');
    await sleep(25);
  }
}

/** Whether something answers there. */
export async function answers(url: string): Promise<boolean> {
  return await fetch(`${url}/v2/`).then(
    (response) => response.ok,
    () => false,
  );
}
