import { join } from 'node:path';
import type { Action, UnitScope, Wanted, WantedAction, WantedFile } from './host/wanted.js';
import type { Layout } from './layout.js';
import type { ProgramTree } from './program-tree.js';
import type { ServicePlaces } from './service-places.js';
import { SERVICE_UNIT, SOCKET_UNIT, TIMER_UNIT, UPDATE_UNIT } from './unit-names.js';
import { renderFolders, renderUsers, type UnitTexts } from './units.js';

/** The user that the mirror of a host runs as, and its group. */
export const SERVICE_USER = 'docker-mirror';

const OWNER = { user: SERVICE_USER, group: SERVICE_USER };
const ROOT_OWNER = { user: 'root', group: 'root' };

/** What an installation is made of. */
export interface ServiceFacts {
  readonly scope: UnitScope;
  readonly places: ServicePlaces;
  readonly layout: Layout;
  readonly program: ProgramTree;
  /** Names of scripts of the program that become commands. */
  readonly commands: readonly string[];
  readonly units: UnitTexts;
  readonly manPage: string;
  readonly completions: { readonly bash: string; readonly zsh: string };
  /** The text of the `.config` that is applied. */
  readonly settings: string;
  /** Whether the user goes when all is undone: it was not there before. */
  readonly isUserOurs: boolean;
  /** Folders of the mirror that somebody else owns now. */
  readonly foreign: readonly string[];
}

/** The folders of a mirror. They are made before its config.yml is written, and so are a part of their own. */
export function mirrorFolders({
  root,
  registry,
  configFolder,
  images,
  archives,
  logs,
  run,
}: Layout): Wanted[] {
  const folders = [root, registry, configFolder, images, archives, logs, run];
  return folders.map((path) => ({ kind: 'folder', path, mode: 0o755 }));
}

/** The folders that the mirror writes. Its configuration is not among them. */
export function writtenFolders({ registry, images, logs, run }: Layout): string[] {
  return [registry, images, logs, run];
}

/** Where the version of the program in use lies; the place itself is a link to it, changed in one step. */
export function programFolder({ program }: ServicePlaces, { id }: Pick<ProgramTree, 'id'>): string {
  return `${program}-${id}`;
}

/** Everything that makes the mirror a service, of the host or of a user, in the order it is brought about. */
export function wantedService(facts: ServiceFacts): Wanted[] {
  const isSystem = facts.scope === 'system';
  return [
    ...(isSystem && facts.isUserOurs ? [afterUndo({ kind: 'remove-user', user: SERVICE_USER })] : []),
    afterUndo({ kind: 'unit', verb: 'reset-failed', unit: UPDATE_UNIT, scope: facts.scope }),
    afterUndo({ kind: 'unit', verb: 'reset-failed', unit: SERVICE_UNIT, scope: facts.scope }),
    afterUndo({ kind: 'units-reload', scope: facts.scope }),
    ...wantedProgram(facts),
    ...wantedHelp(facts),
    ourFile(facts.places.settings, facts.settings),
    ...(isSystem ? wantedHostFiles(facts) : []),
    ...[...facts.units].map(([name, text]) => ourFile(join(facts.places.units, name), text)),
    ...(facts.units.has(TIMER_UNIT)
      ? [afterUndo({ kind: 'unit', verb: 'clean-state', unit: TIMER_UNIT, scope: facts.scope })]
      : []),
    ...(isSystem ? userActions(facts) : []),
    ...unitActions(facts),
  ];
}

function wantedProgram({ places, program, commands }: ServiceFacts): Wanted[] {
  const folder = programFolder(places, program);
  return [
    { kind: 'tree', path: folder, files: program.files },
    { kind: 'link', path: places.program, target: folder },
    ...commands.map(
      (name): Wanted => ({
        kind: 'link',
        path: join(places.commands, name),
        target: join(places.program, 'scripts', name),
      }),
    ),
  ];
}

function wantedHelp({ places, manPage, completions }: ServiceFacts): Wanted[] {
  return [
    ourFile(join(places.manPages, 'docker-mirror.1'), manPage),
    ourFile(join(places.bashCompletions, 'docker-mirror'), completions.bash),
    ourFile(join(places.zshCompletions, '_docker-mirror'), completions.zsh),
  ];
}

function wantedHostFiles({ places, layout }: ServiceFacts): Wanted[] {
  return [
    ...(places.users === undefined ? [] : [ourFile(places.users, renderUsers())]),
    ...(places.folders === undefined ? [] : [ourFile(places.folders, renderFolders(layout))]),
  ];
}

function userActions({ places, layout, foreign }: ServiceFacts): Wanted[] {
  const makeUsers: WantedAction[] =
    places.users === undefined
      ? []
      : [{ kind: 'action', action: { kind: 'make-users', path: places.users }, on: [places.users] }];
  const give = writtenFolders(layout).map(
    (path): WantedAction => ({
      kind: 'action',
      action: { kind: 'give-folder', path, owner: OWNER },
      on: foreign.includes(path) ? 'always' : [],
      // What stays after an uninstallation must not belong to a user that is gone.
      undo: { kind: 'give-folder', path, owner: ROOT_OWNER },
    }),
  );
  return [...makeUsers, ...give];
}

function unitActions({ scope, places, units }: ServiceFacts): Wanted[] {
  const path = (unit: string) => join(places.units, unit);
  const does = (verb: (Action & { kind: 'unit' })['verb'], unit: string): Action => ({
    kind: 'unit',
    verb,
    unit,
    scope,
  });
  const all = [SOCKET_UNIT, SERVICE_UNIT, UPDATE_UNIT, TIMER_UNIT].map(path);
  // A new program, like a changed unit, takes effect when the mirror is started again.
  const changes = [path(SOCKET_UNIT), path(SERVICE_UNIT), places.program];
  const act = (action: Action, on: readonly string[], undo?: Action): WantedAction => ({
    kind: 'action',
    action,
    on,
    ...(undo === undefined ? {} : { undo }),
  });
  const enable = (unit: string) => act(does('enable', unit), [], does('disable', unit));
  const timer = [
    enable(TIMER_UNIT),
    act(does('restart', TIMER_UNIT), [path(TIMER_UNIT)], does('stop', TIMER_UNIT)),
    // The first update begins with the installation, and nobody waits for it.
    act(does('start-in-background', UPDATE_UNIT), [], does('stop', UPDATE_UNIT)),
  ];
  return [
    act({ kind: 'units-reload', scope }, all),
    act(does('reset-failed', SERVICE_UNIT), changes),
    // systemd opens a socket anew only while nothing runs behind it.
    act(does('stop', SERVICE_UNIT), [path(SOCKET_UNIT)]),
    act(does('restart', SOCKET_UNIT), [path(SOCKET_UNIT)], does('stop', SOCKET_UNIT)),
    act(does('restart', SERVICE_UNIT), changes, does('stop', SERVICE_UNIT)),
    enable(SOCKET_UNIT),
    enable(SERVICE_UNIT),
    ...(units.has(TIMER_UNIT) ? timer : []),
  ];
}

function ourFile(path: string, content: string): WantedFile {
  return { kind: 'file', whose: 'ours', path, content, mode: 0o644 };
}

function afterUndo(action: Action): Wanted {
  return { kind: 'after-undo', action };
}
