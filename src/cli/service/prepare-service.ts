import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../host/exec.js';
import { readTextIfThere } from '../../host/files.js';
import { isTheirs } from '../../host/ownership.js';
import { programRoot } from '../../host/program-root.js';
import { socketAddresses } from '../../host/socket-addresses.js';
import { calendarProblem } from '../../host/systemd/manager.js';
import { readHostRecord } from '../../render/host/record.js';
import type { UnitScope, Wanted } from '../../render/host/wanted.js';
import { type ProgramTree, programTree } from '../../render/program-tree.js';
import { SERVICE_USER, wantedService, writtenFolders } from '../../render/service.js';
import { type ServicePlaces, servicePlaces } from '../../render/service-places.js';
import { renderUnits, type UnitTexts } from '../../render/units.js';
import { secretFiles } from '../../settings/credentials.js';
import { INSTALLED_FILE, installedText } from '../../settings/settings-place.js';
import type { CliContext } from '../command.js';
import { COMMANDS } from '../commands.js';
import { COMPLETION_SCRIPTS } from '../completion.js';
import { drainTime } from '../drain-time.js';
import { CommandFailure } from '../errors.js';
import { installedFolder, partFiles } from '../installed-state.js';
import { manPage } from '../man-page.js';
import { mirrorOf } from '../prepare-config.js';
import type { PreparedStart } from '../prepare-start.js';
import { SERVICE_PART } from './parts.js';

/** Scripts of the program that become commands, as far as this version has them. */
const COMMAND_SCRIPTS = ['docker-mirror', 'check-docker-mirror', 'docker-mirror-status'];

/** A service that is about to be installed. */
export interface PreparedService {
  readonly places: ServicePlaces;
  readonly units: UnitTexts;
  readonly wanted: readonly Wanted[];
}

/**
 * Works out what a mirror needs to be a service.
 * @throws MirrorError when the settings or this program do not allow for it
 */
export async function prepareService(
  start: PreparedStart,
  scope: UnitScope,
  context: CliContext,
): Promise<PreparedService> {
  const { layout, config } = start;
  const settings = mirrorOf(start.prepared.settings);
  const places = servicePlaces(scope, context);
  await checkCalendar(settings.update.timer?.calendar);
  const units = renderUnits(settings, {
    scope,
    layout,
    addresses: await socketAddresses([config.http.listen, ...(config.http.alsoListen ?? [])]),
    node: context.launch.program,
    main: join(places.program, 'dist', 'bundle', 'main.cjs'),
    secrets: scope === 'system' ? secretFiles(config) : [],
    configuration: start.text,
    drainSeconds: Math.ceil(drainTime(config.http) / 1_000),
  });
  const root = programRoot();
  const program = await readProgram(root, { places, scope }, context);
  const wanted = wantedService({
    scope,
    places,
    layout,
    program,
    commands: await commandsOf(root),
    units,
    manPage: manPage(COMMANDS, await versionOf(root)),
    completions: COMPLETION_SCRIPTS,
    settings: await settingsText(start, context),
    isUserOurs: scope === 'system' && (await isUserOurs(context)),
    foreign: scope === 'system' ? await foreignFolders(writtenFolders(layout)) : [],
  });
  return { places, units, wanted };
}

async function checkCalendar(calendar: string | undefined): Promise<void> {
  if (calendar === undefined) return;
  const problem = await calendarProblem(calendar);
  if (problem === undefined) return;
  throw new CommandFailure(`DOCKER_MIRROR_UPDATE_CALENDAR: systemd does not take "${calendar}": ${problem}`, {
    hint: 'write a calendar event of systemd.time(7), such as "*-*-* 02:00:00"; "systemd-analyze calendar EVENT" explains one',
  });
}

function readProgram(
  root: string,
  { places, scope }: { readonly places: ServicePlaces; readonly scope: UnitScope },
  { launch }: CliContext,
): Promise<ProgramTree> {
  const made = new Map([
    [INSTALLED_FILE, installedText({ settings: places.settings, scope })],
    // The launcher takes this Node.js, unless it was replaced since.
    ['dist/.node', `${launch.program}\n`],
  ]);
  return programTree(root, made);
}

async function commandsOf(root: string): Promise<string[]> {
  const scripts = new Set(await readdir(join(root, 'scripts')));
  return COMMAND_SCRIPTS.filter((name) => scripts.has(name));
}

async function versionOf(root: string): Promise<string> {
  const text = (await readTextIfThere(join(root, 'package.json'))) ?? '{}';
  return (JSON.parse(text) as { version?: string }).version ?? '';
}

/** As they are written, else as they would be. */
async function settingsText({ prepared }: PreparedStart, { env }: CliContext): Promise<string> {
  const { file } = prepared.settings;
  const written = await readTextIfThere(file);
  if (written !== undefined) return written;
  const { settingsAsText } = await import('../../settings/load-settings.js');
  return await settingsAsText(env);
}

/** Whether the user was not there before, or was made by an earlier installation. */
async function isUserOurs(context: CliContext): Promise<boolean> {
  const record = await readHostRecord(partFiles(installedFolder(context), SERVICE_PART).record);
  const isNoted = record.entries.some(
    (entry) =>
      entry.kind === 'undo' && entry.action.kind === 'remove-user' && entry.action.user === SERVICE_USER,
  );
  return isNoted || !(await userExists(SERVICE_USER));
}

async function userExists(user: string): Promise<boolean> {
  return (await run('getent', ['passwd', user], { accept: [2] })).exitCode === 0;
}

async function foreignFolders(folders: readonly string[]): Promise<string[]> {
  const owned = await Promise.all(folders.map((path) => isTheirs(path, SERVICE_USER)));
  return folders.filter((_, index) => owned[index] === false);
}
