import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { programRoot } from '../host/program-root.js';

/** The environment of this process, or a part of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What people may say about the place besides the environment. */
export interface PlaceOptions {
  /** A Kconfig file of somebody's own; that of this program when absent. */
  readonly kconfig?: string | undefined;
  /** What relative paths are relative to; the working directory of this process when absent. */
  readonly cwd?: string | undefined;
}

/** Where settings are described, and where they are kept. */
export interface SettingsPlace {
  /** The Kconfig file as it is named in messages: relative to `folder`, or absolute. */
  readonly kconfig: string;
  /** The working directory for what the Kconfig files name. */
  readonly folder: string;
  /** `$srctree` */
  readonly srctree: string;
  /** The `.config`, absolute. */
  readonly file: string;
  /** What stands before the names of symbols in it. */
  readonly prefix: string;
  /** What relative paths of this run are relative to. */
  readonly cwd: string;
  readonly env: Environment;
}

/**
 * Finds the place of the settings. The `.config` is `$KCONFIG_CONFIG`, else that of the installation where this program is an installed
 * one, else beside the Kconfig file. That file is the one of this
 * program, and then everything it names is looked up beside it, from wherever the program is started; for a Kconfig file of somebody's
 * own names are looked up as the original does: in the working directory, then in `$srctree`, which is the file's folder
 * when it is not set. `CONFIG_` in the environment is the prefix of names, as in the original.
 */
export function settingsPlace(env: Environment, { kconfig, cwd: given }: PlaceOptions = {}): SettingsPlace {
  const cwd = resolve(given ?? process.cwd());
  const home = kconfig === undefined ? programRoot() : dirname(resolve(cwd, kconfig));
  const folder = kconfig === undefined ? home : cwd;
  return {
    kconfig: kconfig ?? 'Kconfig',
    folder,
    srctree: isGiven(env['srctree']) ? resolve(cwd, env['srctree']) : home,
    file: isGiven(env['KCONFIG_CONFIG']) ? resolve(cwd, env['KCONFIG_CONFIG']) : usualFile(home, kconfig),
    prefix: env['CONFIG_'] ?? 'CONFIG_',
    cwd,
    env,
  };
}

/** What an installation puts beside its program to say where its settings are. */
export const INSTALLED_FILE = 'installed.json';

/** What an installed program knows of its installation. */
export interface Installation {
  /** Its `.config`, absolute. */
  readonly settings: string;
  /** Whether it is there for the whole host or for one user. */
  readonly scope: 'system' | 'user';
}

/** The text of that file. */
export function installedText({ settings, scope }: Installation): string {
  return `${JSON.stringify({ settings, scope })}\n`;
}

/** The installation that this program is; undefined for a clone. */
export function installation(home = programRoot()): Installation | undefined {
  try {
    return JSON.parse(readFileSync(join(home, INSTALLED_FILE), 'utf8')) as Installation;
  } catch {
    return undefined;
  }
}

function usualFile(home: string, kconfig: string | undefined): string {
  const installed = kconfig === undefined ? installation(home) : undefined;
  return installed?.settings ?? resolve(home, '.config');
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
