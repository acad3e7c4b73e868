import { readdir } from 'node:fs/promises';
import { isMissing, MirrorError } from '../../errors.js';
import { hostPort } from '../../host/address.js';
import { diskSpace } from '../../host/disk-space.js';
import { readTextIfThere } from '../../host/files.js';
import type { Layout } from '../../render/layout.js';
import type { EngineConfig } from '../../settings/engine-config.js';
import { measureStore } from '../../upkeep/store-size.js';
import { readUpstreamReport } from '../../upkeep/upstream-report.js';
import type { UpstreamStatus } from '../../upstream/port.js';
import type { CliContext } from '../command.js';
import { baseUrl, listenAddresses, probeMirror } from '../endpoint.js';
import { lookAtMirror, type MirrorState } from '../mirror-state.js';
import { describeError } from '../report.js';
import { type MirrorUnits, unitsOf } from './mirror-units.js';
import type { StatusReport, UpstreamLine } from './status-report.js';
import { findTroubles } from './troubles.js';
import { lookAtUpdate } from './update-report.js';

/** Milliseconds that adding up the store may take. */
const SIZE_TIME = 700;

/** Looks at everything that a status tells. What cannot be found out is null. */
export async function gatherStatus(layout: Layout, context: CliContext): Promise<StatusReport> {
  const [mirror, units, { config, problem: configProblem }] = await Promise.all([
    lookAtMirror(layout),
    unitsOf(layout, context),
    readConfig(layout, context),
  ]);
  const process = processOf(mirror, units);
  const http = config?.http;
  const data = config?.storage.rootDirectory ?? null;
  const [probe, size, disk, upstreams, leases, update] = await Promise.all([
    http !== undefined && process.pid !== null ? probeMirror(http) : undefined,
    orNull(async () => (data === null ? null : await measureStore(data, SIZE_TIME))),
    orNull(() => diskSpace(data ?? layout.root)),
    orNull(async () => (process.pid === null ? null : await upstreamsOf(layout, process.pid))),
    orNull(() => countLeases(layout)),
    lookAtUpdate(layout, units, context),
  ]);
  const seen = {
    running: process.running,
    answers: probe?.answers === true,
    problem:
      configProblem ?? whyNotRunning(mirror, units) ?? (probe?.answers === false ? probe.reason : null),
    update: update.report,
    disk: disk === null ? null : { free: disk.free, total: disk.total },
    upstreams,
  };
  return {
    version: 1,
    ...seen,
    path: layout.root,
    config: layout.config,
    log: layout.log,
    data,
    url: http === undefined ? null : baseUrl(http),
    addresses: http === undefined ? [] : listenAddresses(http).map(hostPort),
    ...process,
    lastExit: mirror.state?.lastExit ?? null,
    size,
    leases,
    troubles: [...findTroubles(seen), ...update.troubles],
  };
}

type ProcessPart = Pick<StatusReport, 'running' | 'pid' | 'supervisorPid' | 'since' | 'restarts' | 'manager'>;

function processOf({ state, supervised, programRunning }: MirrorState, units: MirrorUnits): ProcessPart {
  const { service } = units;
  if (service?.active === 'active' || (service !== undefined && !supervised)) {
    return {
      running: service.active === 'active',
      pid: service.mainPid,
      supervisorPid: null,
      since: service.active === 'active' ? service.since : null,
      restarts: service.restarts,
      manager: 'systemd',
    };
  }
  return {
    running: supervised,
    pid: programRunning ? (state?.program?.pid ?? null) : null,
    supervisorPid: supervised ? (state?.supervisor.pid ?? null) : null,
    since: programRunning ? (state?.programStartedAt ?? null) : null,
    restarts: state?.restarts ?? 0,
    manager: supervised ? 'supervisor' : null,
  };
}

async function readConfig(
  layout: Layout,
  context: CliContext,
): Promise<{ config?: EngineConfig; problem?: string }> {
  try {
    if ((await readTextIfThere(layout.config)) === undefined) return { problem: 'it is not set up' };
    return { config: (await context.engine.loadConfig(layout.config, context.env)).config };
  } catch (error) {
    // A status is asked for most when something is wrong: the error is a part of it.
    return { problem: describeError(error).trim() };
  }
}

function whyNotRunning(
  { state, supervised, programRunning }: MirrorState,
  { service }: MirrorUnits,
): string | undefined {
  if (service !== undefined && !supervised) {
    if (service.active === 'failed') return `systemd gave it up (${service.result})`;
    return undefined;
  }
  if (supervised) return state?.phase === 'waiting' ? 'it died and is about to be started again' : undefined;
  if (programRunning) return 'its supervisor was killed; "docker-mirror start" puts that right';
  if (state?.phase === 'failed') return `it gave up: the mirror ended with status ${state.lastExit?.code}`;
  if (state !== undefined && state.phase !== 'stopped') return 'it was killed, or the host was restarted';
  return undefined;
}

async function upstreamsOf({ upstreams }: Layout, pid: number): Promise<readonly UpstreamLine[] | null> {
  const report = await readUpstreamReport(upstreams, pid);
  return report?.upstreams.map(lineOf) ?? null;
}

function lineOf({ host, circuit, rateLimit, lastError }: UpstreamStatus): UpstreamLine {
  const iso = (at: number) => new Date(at).toISOString();
  return {
    host,
    circuit,
    rateLimit:
      rateLimit === undefined
        ? null
        : { ...rateLimit, windowSeconds: rateLimit.windowSeconds ?? null, seen: iso(rateLimit.seen) },
    lastError: lastError === undefined ? null : { ...lastError, at: iso(lastError.at) },
  };
}

async function countLeases({ leases }: Layout): Promise<number | null> {
  try {
    return (await readdir(leases)).filter((name) => /^[^.].*\.json$/.test(name)).length;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** A status tells what it can: what cannot be read is not told. */
async function orNull<T>(look: () => Promise<T | null>): Promise<T | null> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof MirrorError || (error instanceof Error && 'syscall' in error)) return null;
    throw error;
  }
}
