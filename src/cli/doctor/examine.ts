import { diskSpace } from '../../host/disk-space.js';
import { readTextIfThere } from '../../host/files.js';
import { portHolder } from '../../host/port-holder.js';
import type { Layout } from '../../render/layout.js';
import type { EngineConfig } from '../../settings/engine-config.js';
import { judgeClock } from '../../upkeep/doctor/clock.js';
import { judgeDisk } from '../../upkeep/doctor/disk.js';
import { judgeEngine } from '../../upkeep/doctor/engines.js';
import { judgeConfig, judgeInstalled, judgeOwners } from '../../upkeep/doctor/files.js';
import { type Finding, ok, warning } from '../../upkeep/doctor/finding.js';
import { judgeNode } from '../../upkeep/doctor/node-version.js';
import { judgePort } from '../../upkeep/doctor/port.js';
import { judgeUpstream } from '../../upkeep/doctor/upstream.js';
import type { CliContext } from '../command.js';
import { probeMirror } from '../endpoint.js';
import { lookAtMirror } from '../mirror-state.js';
import { isPortTaken } from '../port-conflict.js';
import { describeError } from '../report.js';
import { unitsOf } from '../status/mirror-units.js';
import { askUpstream } from './ask-upstreams.js';
import { type EnginePlaces, lookAtEngines } from './look-at-engines.js';
import { changedFiles, folderOwners } from './look-at-files.js';
import { within } from './within.js';

/** Milliseconds that one question to somebody else, and a check as a whole, may take. */
const PATIENCE = 5_000;
const CHECK_TIME = 8_000;

/** Looks for what commonly goes wrong, at everything at the same time. A check that fails itself is a warning. */
export async function examine(
  layout: Layout,
  context: CliContext,
  places?: EnginePlaces,
): Promise<Finding[]> {
  const { config, reason } = await readConfig(layout, context);
  const pid = await processId(layout, context);
  const checks: Record<string, () => Promise<readonly Finding[]>> = {
    node: async () => [judgeNode(process.version)],
    configuration: async () => [judgeConfig(layout.config, reason)],
    disk: async () => {
      const folder = config?.storage.rootDirectory ?? layout.root;
      return [judgeDisk({ folder, ...(await diskSpace(folder)) })];
    },
    owner: async () => [judgeOwners(await folderOwners(layout, pid, context.uid))],
    installation: async () => {
      const { edited, missing } = await changedFiles(context);
      return [judgeInstalled(edited, missing)];
    },
    ...(config === undefined ? {} : checksOf(config, pid, context, places)),
  };
  const findings = await Promise.all(Object.entries(checks).map(([name, check]) => guarded(name, check)));
  return findings.flat();
}

function checksOf(
  config: EngineConfig,
  pid: number | null,
  context: CliContext,
  places: EnginePlaces | undefined,
): Record<string, () => Promise<readonly Finding[]>> {
  const { port } = config.http.listen;
  return {
    port: async () => {
      const [answer, taken, holder] = await Promise.all([
        probeMirror(config.http),
        isPortTaken(config.http),
        portHolder(port),
      ]);
      const named =
        holder === undefined
          ? undefined
          : { pid: holder.pid, command: holder.command.join(' ').slice(0, 120) };
      return [judgePort({ port, running: pid !== null, answer, taken, holder: named })];
    },
    upstreams: async () => {
      if (config.mirror.offline) return [ok('upstreams', 'none is asked: the mirror is offline')];
      const asked = await Promise.all(
        config.upstreams.map((each) => askUpstream(each, context.env, PATIENCE)),
      );
      const clocks = asked.flatMap(({ facts, ahead }) =>
        ahead === undefined ? [] : [{ host: facts.host, seconds: ahead }],
      );
      return [judgeClock(clocks), ...asked.map(({ facts }) => judgeUpstream(facts))];
    },
    clients: async () => {
      const engines = await lookAtEngines(context, PATIENCE, places);
      return engines.map((engine) => judgeEngine(engine, port));
    },
  };
}

async function guarded(name: string, check: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await within(CHECK_TIME, check());
  } catch (error) {
    const why =
      describeError(error)
        .replace(/^docker-mirror: /, '')
        .trim()
        .split('\n')[0] ?? '';
    return [warning(name, `this could not be found out: ${why}`, 'run "docker-mirror doctor" as root')];
  }
}

async function readConfig(
  layout: Layout,
  context: CliContext,
): Promise<{ config?: EngineConfig; reason?: string }> {
  try {
    if ((await readTextIfThere(layout.config)) === undefined)
      return { reason: `no mirror is set up in ${layout.root}` };
    const { config } = await context.engine.loadConfig(layout.config, context.env);
    return await context.engine.checkFiles(layout.config, config, context.env).then(
      () => ({ config }),
      (error: unknown) => ({ config, reason: oneLine(error) }),
    );
  } catch (error) {
    return { reason: oneLine(error) };
  }
}

function oneLine(error: unknown): string {
  return describeError(error).replaceAll('docker-mirror: ', '').trim().replaceAll('\n', '; ');
}

/** The mirror's process; null when it does not run, or nobody can tell. */
async function processId(layout: Layout, context: CliContext): Promise<number | null> {
  const [mirror, { service }] = await Promise.all([
    lookAtMirror(layout).catch(() => undefined),
    unitsOf(layout, context),
  ]);
  const own = mirror?.programRunning === true ? mirror.state?.program?.pid : undefined;
  return own ?? service?.mainPid ?? null;
}
