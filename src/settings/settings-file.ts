import { resolve } from 'node:path';
import { hostKconfigSources } from '../host/kconfig-sources.js';
import { writtenSymbols } from '../kconfig/auto-conf.js';
import { Configuration } from '../kconfig/configuration.js';
import { formatDotConfig } from '../kconfig/dot-config.js';
import { loadKconfig } from '../kconfig/load.js';
import type { Kconfig } from '../kconfig/model.js';
import { type DotConfigProblem, readDotConfig } from '../kconfig/read-dot-config.js';
import type { KconfigSources } from '../kconfig/sources.js';
import { settingLine } from './setting-line.js';
import { type Environment, type PlaceOptions, type SettingsPlace, settingsPlace } from './settings-place.js';
import { readSettingsText, SettingsFileError } from './settings-text.js';

/** A line of a file of settings that has no effect, or not the one it looks like. */
export interface SettingsProblem extends DotConfigProblem {
  readonly file: string;
}

/** `FILE:LINE: MESSAGE` */
export function describeSettingsProblem({ file, line, message }: SettingsProblem): string {
  return `${file}:${line}: ${message}`;
}

/** Settings in memory, and the file they belong to. */
export interface OpenConfiguration {
  readonly configuration: Configuration;
  readonly place: SettingsPlace;
  /** The `.config`, absolute. */
  readonly file: string;
  /** What the values come from: the `.config`, another file (absolute) where there is none, or undefined: only the defaults. */
  readonly readFrom: string | undefined;
  /** Of the file that was read. */
  readonly problems: readonly SettingsProblem[];
  /**
   * Writes the values, to the `.config` when no path is given (then the previous one is kept as `.config.old`).
   * @returns whether anything was written: an equal file is not touched
   * @throws SettingsChanged when the `.config` is no longer as it was read, or written last; SettingsFileError
   */
  save(path?: string): Promise<boolean>;
}

/** What settings are read for. */
export interface OpenOptions extends PlaceOptions {
  /**
   * Only values are wanted, and not what their defaults would be: then nobody looks for a mirror that runs, which takes time, where
   * the `.config` has already decided what that look would decide.
   */
  readonly valuesOnly?: boolean;
}

/**
 * Reads the Kconfig files of a place.
 * @param decided whether the look for a mirror that runs decides nothing any more
 * @throws KconfigError, FileError, CommandError
 */
export function readKconfig(place: SettingsPlace, decided = false): Kconfig {
  const { kconfig, folder, srctree, env, cwd, file } = place;
  // A relative name in there is relative to where the user is, and commands run in the folder.
  const moved = folder !== cwd && (env['KCONFIG_CONFIG'] ?? '') !== '' ? { KCONFIG_CONFIG: file } : {};
  const sources = hostKconfigSources({ cwd: folder, srctree, env: { ...env, ...moved } });
  return loadKconfig(kconfig, decided ? withoutDetection(sources) : sources);
}

/** The script that the root Kconfig calls for the default of the symbol, and nothing else. */
const DETECTION = '/scripts/check-docker-mirror';
const DETECTED = 'USE_DOCKER_MIRROR';

function withoutDetection(sources: KconfigSources): KconfigSources {
  return {
    ...sources,
    shell: (command) => (command.includes(DETECTION) ? { output: 'n\n' } : sources.shell(command)),
  };
}

/**
 * Reads the Kconfig files and the `.config`. Where there is none, the values are those of `$KCONFIG_DEFCONFIG_LIST`, of a file
 * that `option defconfig_list` names, or of the default defconfig of this program; nothing is written.
 * @throws KconfigError, SettingsFileError, FileError, CommandError
 */
export async function openConfiguration(
  env: Environment,
  options: OpenOptions = {},
): Promise<OpenConfiguration> {
  const place = settingsPlace(env, options);
  const own = await readSettingsText(place.file);
  const decided = options.valuesOnly === true && settingLine(own?.text ?? '', `${place.prefix}${DETECTED}`);
  const configuration = new Configuration(readKconfig(place, typeof decided === 'string'));
  const source = own === undefined ? await defaultsOf(place, configuration) : { path: place.file, ...own };
  const problems = source === undefined ? [] : layOver(configuration, source, place);
  let onDisk = own?.text;
  return {
    configuration,
    place,
    file: place.file,
    readFrom: source?.path,
    problems,
    async save(path) {
      const text = formatDotConfig(configuration, { prefix: place.prefix });
      const target = path === undefined ? place.file : resolve(place.cwd, path);
      const isOwn = target === place.file;
      // Loaded when it is first needed: most of the time settings are only read.
      const { writeSettingsText } = await import('./write-settings.js');
      const written = await writeSettingsText(target, text, {
        keepOld: true,
        inPlace: (env['KCONFIG_OVERWRITECONFIG'] ?? '') !== '',
        ...(isOwn ? { expected: { text: onDisk } } : {}),
      });
      if (isOwn) onDisk = text;
      return written;
    },
  };
}

/** A text of settings, and where it is from. */
export interface SettingsSource {
  readonly path: string;
  readonly text: string;
  readonly brokenLine: number | undefined;
}

/**
 * Reads a file of settings that must be there, relative to where the user is.
 * @throws SettingsFileError
 */
export async function readSettingsSource(path: string, place: SettingsPlace): Promise<SettingsSource> {
  const found = await readFirst([resolve(place.cwd, path), resolve(place.srctree, path)]);
  if (found === undefined) throw new SettingsFileError(`cannot read ${path}: there is no such file`);
  return found;
}

/**
 * Gives a configuration the values of a text: as its .config, over the values it has, or as what a preset starts from.
 * @returns the lines that are strange
 */
export function layOver(
  configuration: Configuration,
  { path, text, brokenLine }: SettingsSource,
  { prefix }: SettingsPlace,
  how: 'whole' | 'over' | 'seed' = 'whole',
): readonly SettingsProblem[] {
  const problems = readDotConfig(configuration, text, {
    prefix,
    keep: how === 'over',
    seed: how === 'seed',
  });
  const broken =
    brokenLine === undefined ? [] : [{ line: brokenLine, message: 'is not UTF-8; its odd bytes are lost' }];
  return [...problems, ...broken].map(({ line, message }) => ({ file: path, line, message }));
}

/** The first of some files that is there. */
export async function readFirst(paths: readonly string[]): Promise<SettingsSource | undefined> {
  for (const path of paths) {
    const found = await readSettingsText(path);
    if (found !== undefined) return { path, ...found };
  }
  return undefined;
}

/** In `$srctree`: what this program takes where nothing is set. */
export const DEFAULT_DEFCONFIG = 'defconfigs/docker-mirror_defconfig';

/** What stands for a `.config` that is not there. */
async function defaultsOf(
  place: SettingsPlace,
  configuration: Configuration,
): Promise<SettingsSource | undefined> {
  const listed = (place.env['KCONFIG_DEFCONFIG_LIST'] ?? '').split(/\s+/).filter((name) => name !== '');
  const named = [...listed, ...defconfigList(configuration)];
  const paths = named.flatMap((name) => [resolve(place.folder, name), resolve(place.srctree, name)]);
  return await readFirst([...paths, resolve(place.srctree, DEFAULT_DEFCONFIG)]);
}

/** The files that the symbol with `option defconfig_list` names, as far as their conditions hold. */
function defconfigList(configuration: Configuration): string[] {
  const symbol = configuration.kconfig.symbols.find(({ isDefconfigList }) => isDefconfigList);
  return (symbol?.defaults ?? [])
    .filter(({ condition }) => configuration.evaluate(condition) > 0)
    .flatMap(({ value }) => (value.kind === 'symbol' ? [value.symbol] : []))
    .map((named) => (named.isConstant ? named.name : configuration.value(named)));
}

/** The settings as plain values. */
export interface SettingsValues {
  /** The symbols that a `.config` holds, without prefix: `y`, `m`, `n`, or the text. */
  readonly values: ReadonlyMap<string, string>;
  /** The `.config`, absolute. */
  readonly file: string;
  /** Whether there was none, and it was written just now. */
  readonly made: boolean;
  readonly problems: readonly SettingsProblem[];
}

/**
 * The settings in effect. Where there is no `.config`, it is made as `defconfig` makes it.
 * @throws KconfigError, SettingsFileError, FileError, CommandError
 */
export async function loadSettingsValues(
  env: Environment,
  options: PlaceOptions = {},
): Promise<SettingsValues> {
  const open = await openConfiguration(env, options);
  const made = open.readFrom !== open.file && (await open.save());
  return { values: writtenValues(open.configuration), file: open.file, made, problems: open.problems };
}

/** The values of the symbols that a `.config` holds, by name. */
export function writtenValues(configuration: Configuration): ReadonlyMap<string, string> {
  return new Map(writtenSymbols(configuration).map((symbol) => [symbol.name, configuration.value(symbol)]));
}
