import { resolve } from 'node:path';
import { hostKconfigSources } from '../host/kconfig-sources.js';
import { writtenSymbols } from '../kconfig/auto-conf.js';
import { Configuration } from '../kconfig/configuration.js';
import { formatDotConfig } from '../kconfig/dot-config.js';
import { loadKconfig } from '../kconfig/load.js';
import type { Kconfig } from '../kconfig/model.js';
import { type DotConfigProblem, readDotConfig } from '../kconfig/read-dot-config.js';
import { type Environment, type PlaceOptions, type SettingsPlace, settingsPlace } from './settings-place.js';
import { readSettingsText, SettingsFileError, writeSettingsText } from './settings-text.js';

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

/**
 * Reads the Kconfig files of a place.
 * @throws KconfigError, FileError, CommandError
 */
export function readKconfig({ kconfig, folder, srctree, env }: SettingsPlace): Kconfig {
  return loadKconfig(kconfig, hostKconfigSources({ cwd: folder, srctree, env }));
}

/**
 * Reads the Kconfig files and the `.config`. Where there is none, the values are those of `$KCONFIG_DEFCONFIG_LIST`, of a file
 * that `option defconfig_list` names, or of the default defconfig of this program; nothing is written.
 * @throws KconfigError, SettingsFileError, FileError, CommandError
 */
export async function openConfiguration(
  env: Environment,
  options: PlaceOptions = {},
): Promise<OpenConfiguration> {
  const place = settingsPlace(env, options);
  const configuration = new Configuration(readKconfig(place));
  const own = await readSettingsText(place.file);
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
