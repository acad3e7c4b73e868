import { readFile, writeFile } from 'node:fs/promises';
import type { CliContext, Command } from '#src/cli/command.js';
import { startCommand } from '#src/cli/start.js';
import { type LastUpdate, readLastUpdate } from '#src/images/last-update.js';
import { asPart, Parts } from '../../parts/cleanup.js';
import { type ScriptedRegistry, startScriptedRegistry } from '../../parts/scripted-registry.js';
import { waitFor } from '../../parts/wait.js';
import { type Outcome, Sandbox } from './sandbox.js';

/** A mirror that is started as users start it, in the background, with an upstream of the test's own. */
export interface RealMirror {
  readonly sandbox: Sandbox;
  readonly hub: ScriptedRegistry;
  /** Writes settings besides those that name the upstream and keep nothing ready. */
  set(values: Readonly<Record<string, string>>): Promise<void>;
  run(command: Command, values?: Record<string, string | number | boolean>): Promise<Outcome>;
  start(): Promise<Outcome>;
  /** Writes the list of images to keep; the mirror has been started before. */
  list(...lines: string[]): Promise<void>;
  /** The record of the last update, once it is as wanted. */
  updated(wanted: (update: LastUpdate) => boolean, what: string): Promise<LastUpdate>;
  /** The lines of the mirror's log and its supervisor's with that message. */
  logged(message: string): Promise<Record<string, unknown>[]>;
}

/** Runs a test with such a mirror, which is gone afterwards even when the test fails. */
export function realMirror(body: (mirror: RealMirror) => Promise<void>): () => Promise<void> {
  return async () => {
    await using parts = new Parts();
    const hub = await startScriptedRegistry();
    parts.add(asPart(() => hub.close()));
    const sandbox = await Sandbox.make();
    parts.add(asPart(() => sandbox.remove()));
    const { supervised: _standIn, ...world } = sandbox.context();
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: sandbox.layout.root,
      KCONFIG_CONFIG: sandbox.settingsFile,
    };
    const context: CliContext = { ...world, env };
    const run = async (command: Command, values: Record<string, string | number | boolean> = {}) => {
      // Each has a signal of its own, as each process has.
      const interrupted = new AbortController().signal;
      return await sandbox.runIn({ ...context, interrupted }, command, values);
    };
    await body({
      sandbox,
      hub,
      run,
      set: (values) =>
        sandbox.set({
          DOCKER_MIRROR_DEFAULT_UPSTREAM: `"${hub.origin}"`,
          DOCKER_MIRROR_UPSTREAMS: '""',
          DOCKER_MIRROR_PRELOAD_IMAGES: 'n',
          DOCKER_MIRROR_PORT: String(sandbox.port),
          ...values,
        }),
      start: () => run(startCommand),
      list: (...lines) => writeFile(sandbox.layout.manifest, `${lines.join('\n')}\n`),
      updated: (wanted, what) =>
        waitFor(
          async () => {
            const last = await readLastUpdate(sandbox.layout.update);
            return last !== undefined && wanted(last) ? last : undefined;
          },
          { what, timeout: 20_000 },
        ),
      logged: async (message) =>
        (await readFile(sandbox.layout.log, 'utf8'))
          .split('\n')
          .filter((line) => line.startsWith('{'))
          .map((line) => JSON.parse(line) as Record<string, unknown>)
          .filter(({ msg }) => msg === message),
    });
  };
}
