import { parseTimeWindow, type TimeWindow } from '../images/time-window.js';
import type { Platform } from '../oci/manifest.js';
import { parsePlatform, platformOfHost } from '../oci/platform.js';
import type { MirrorSettings } from '../settings/settings.js';
import type { CliContext } from './command.js';

/** Where the settings say nothing, because keeping images ready is off. */
const PARALLEL = 3;
const LOG_RETENTION_DAYS = 30;
const RESERVE = 20;

/** What the settings say about fetching ahead. */
export interface FetchSettings {
  readonly names: readonly string[];
  readonly platforms: readonly Platform[];
  readonly parallel: number;
  readonly attached: boolean;
  readonly completePartial: boolean;
  readonly logRetentionDays: number;
  /** Pulls that each upstream's rate limit has to leave to people. */
  readonly reserve: number;
  /** The time of day for a scheduled update; undefined: any. */
  readonly window: TimeWindow | undefined;
  /** Undefined: only images whose lines ask for it are archived. */
  readonly archives: MirrorSettings['archive'] | undefined;
}

/** @throws SettingsError */
export async function fetchSettings({ settings, env }: CliContext): Promise<FetchSettings> {
  const { mirror } = (await settings.load(env, false)).settings;
  const platforms = (mirror?.images?.platforms ?? []).flatMap((text) => parsePlatform(text) ?? []);
  return {
    names: mirror?.images?.names ?? [],
    platforms: platforms.length > 0 ? platforms : [platformOfHost(process.arch)],
    parallel: mirror?.images?.parallel ?? PARALLEL,
    attached: mirror?.update.attached ?? true,
    completePartial: mirror?.update.completePartial ?? true,
    reserve: mirror?.images?.rateLimitReserve ?? RESERVE,
    window: parseTimeWindow(mirror?.images?.window ?? ''),
    logRetentionDays: mirror?.update.logRetentionDays ?? LOG_RETENTION_DAYS,
    archives: mirror?.archive,
  };
}
