import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { credentialName } from '../settings/credentials.js';
import type { MirrorSettings } from '../settings/settings.js';
import type { UnitScope } from './host/wanted.js';
import type { Layout } from './layout.js';
import { renderTemplate, type TemplateContext } from './template.js';
import { SERVICE_UNIT, SOCKET_UNIT, TIMER_UNIT, UPDATE_UNIT } from './unit-names.js';
import { unitArgument, unitProgram, unitText, unitWord } from './unit-text.js';

/** What the units are rendered from besides the settings. */
export interface UnitFacts {
  readonly scope: UnitScope;
  readonly layout: Layout;
  /** Addresses with their port as `ListenStream=` takes them: `127.0.0.1:5000`, `[::1]:5000`, or a bare port for every address. */
  readonly addresses: readonly string[];
  /** The Node.js that runs the mirror, absolute. */
  readonly node: string;
  /** The program's entry, absolute. */
  readonly main: string;
  /** Files that config.yml names and that only root may be able to read, absolute. */
  readonly secrets: readonly string[];
  /** The text of config.yml: when it changes, so do the units, and the mirror is started again. */
  readonly configuration: string;
  /** Seconds that the mirror gives its transfers, as config.yml has it. */
  readonly drainSeconds: number;
}

/** The units of a mirror by file name. There is no timer, and nothing to be started by it, when updates are off. */
export type UnitTexts = ReadonlyMap<string, string>;

/**
 * Seconds within which the mirror has to have shown that it is well. It is its life sign: the checks that the settings time go
 * further.
 */
const WATCHDOG_SECONDS = 60;
/** Seconds that a mirror may need beyond its drain time to let go of its files. */
const STOP_MARGIN = 30;
/**
 * Seconds that one start which does not help takes: it ends before it serves. One that has served was well again, and does not count
 * any more.
 */
const SECONDS_A_START = 10;

/** Folders that `ProtectHome=` and `PrivateTmp=` take out of sight, so that what lies there has to be bound in. */
const HIDDEN = /^\/(?:home|root|run\/user|tmp|var\/tmp)(?:\/|$)/;

/**
 * Renders the units of a mirror.
 * @throws SettingError when something in the settings cannot stand in a unit
 */
export function renderUnits(settings: MirrorSettings, facts: UnitFacts): UnitTexts {
  const context = unitContext(settings, facts);
  const names = [
    SOCKET_UNIT,
    SERVICE_UNIT,
    ...(settings.update.timer === undefined ? [] : [UPDATE_UNIT, TIMER_UNIT]),
  ];
  return new Map(names.map((name) => [name, render(`${name}.hbs`, context)]));
}

/** The file of sysusers.d(5) for the user that the mirror runs as. */
export function renderUsers(): string {
  return render('docker-mirror.sysusers.hbs', {});
}

/**
 * The file of tmpfiles.d(5) for the folders of a mirror.
 * @throws SettingError
 */
export function renderFolders({ registry, images, archives, logs, run }: Layout): string {
  const word = mapValues({ registry, images, archives, logs, run }, unitWord);
  return render('docker-mirror.tmpfiles.hbs', { word });
}

function render(name: string, context: TemplateContext): string {
  // Every text of the context has been made fit for its place already.
  return renderTemplate(`units/${name}`, context, (text) => text);
}

/** The context by what may be written where: a `text` is a whole value, a `word` one of a list, `exec` one of a command line. */
function unitContext(settings: MirrorSettings, facts: UnitFacts): TemplateContext {
  const { layout, scope, node, main } = facts;
  const { timer } = settings.update;
  const restarts = settings.health?.restarts ?? 0;
  const programs = [homeOfNode(node), dirname(dirname(dirname(main)))];
  return {
    is: {
      system: scope === 'system',
      everywhere: facts.addresses.every((address) => /^\d+$/.test(address)),
      restarted: restarts > 0,
      leased: settings.leases.stopWhenUnused !== undefined,
      hidden: HIDDEN.test(layout.root),
    },
    text: {
      ...mapValues(
        {
          folder: layout.root,
          configuration: checksum(facts.configuration),
          calendar: timer?.calendar ?? 'daily',
        },
        unitText,
      ),
      addresses: facts.addresses.map(unitText),
      credentials: facts.secrets.map((path) => `${credentialName(path)}:${unitText(path)}`),
    },
    word: {
      folder: unitWord(layout.root),
      programs: programs.filter((folder) => HIDDEN.test(folder)).map(unitWord),
    },
    exec: {
      node: unitProgram(node),
      ...mapValues({ main, config: layout.config, folder: layout.root }, unitArgument),
    },
    number: {
      watchdog: WATCHDOG_SECONDS,
      drain: facts.drainSeconds,
      stop: facts.drainSeconds + STOP_MARGIN,
      startBurst: restarts + 1,
      startInterval: (restarts + 1) * SECONDS_A_START,
      grace: settings.leases.stopWhenUnused?.graceSeconds ?? 0,
      randomDelay: timer?.randomDelaySeconds ?? 0,
    },
  };
}

/** The folder of a whole Node.js, `PREFIX` of `PREFIX/bin/node`, or the program itself where it lies by itself. */
function homeOfNode(node: string): string {
  return node.endsWith('/bin/node') && HIDDEN.test(dirname(dirname(node))) ? dirname(dirname(node)) : node;
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function mapValues<K extends string>(
  values: Readonly<Record<K, string>>,
  quote: (text: string) => string,
): Record<K, string> {
  return Object.fromEntries(
    Object.entries<string>(values).map(([name, text]) => [name, quote(text)]),
  ) as Record<K, string>;
}
