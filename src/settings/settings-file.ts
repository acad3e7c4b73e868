import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { isMissing } from '../errors.js';
import { readTextIfThere, writeFileAtomic } from '../host/files.js';
import { Configuration } from '../kconfig/configuration.js';
import { formatDotConfig } from '../kconfig/dot-config.js';
import { loadKconfig } from '../kconfig/load.js';
import { readDotConfig } from '../kconfig/read-dot-config.js';
import { settingsPlace } from './settings-place.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** A line of a file of settings that has no effect, or not the one it looks like. */
export interface SettingsProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** `FILE:LINE: MESSAGE` */
export function describeSettingsProblem({ file, line, message }: SettingsProblem): string {
  return `${file}:${line}: ${message}`;
}

/** Settings in memory, and the file they belong to. */
export interface OpenConfiguration {
  readonly configuration: Configuration;
  readonly file: string;
  readonly readFrom: string | undefined;
  readonly problems: readonly SettingsProblem[];
  save(): Promise<boolean>;
}

const DEFAULT_DEFCONFIG = 'defconfigs/docker-mirror_defconfig';

/** Reads the Kconfig files and the `.config`, or the default defconfig where there is none. */
export async function openConfiguration(env: Environment): Promise<OpenConfiguration> {
  const { srctree, file, prefix } = settingsPlace(env);
  const variables: Readonly<Record<string, string | undefined>> = { ...env, srctree };
  const kconfig = loadKconfig('Kconfig', {
    read(path) {
      try {
        return readFileSync(resolve(srctree, path), 'utf8');
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    glob: () => [],
    variable: (name) => variables[name],
    shell: (command) => ({
      output: spawnSync('sh', ['-c', command], {
        encoding: 'utf8',
        cwd: srctree,
        timeout: 5000,
        env: variables as NodeJS.ProcessEnv,
      }).stdout,
    }),
  });
  const configuration = new Configuration(kconfig);
  const own = await readTextIfThere(file);
  const readFrom = own === undefined ? resolve(srctree, DEFAULT_DEFCONFIG) : file;
  const problems = readDotConfig(configuration, own ?? readFileSync(readFrom, 'utf8'), { prefix });
  return {
    configuration,
    file,
    readFrom,
    problems: problems.map(({ line, message }) => ({ file: readFrom, line, message })),
    save: () => writeFileAtomic(file, formatDotConfig(configuration, { prefix })),
  };
}

/** The values of the symbols that a `.config` holds, by name. */
export function writtenValues(configuration: Configuration): ReadonlyMap<string, string> {
  return new Map(
    configuration.kconfig.symbols
      .filter((symbol) => !symbol.isConstant && !symbol.isChoice && symbol.nodes.length > 0)
      .filter((symbol) => configuration.isWritten(symbol))
      .map((symbol) => [symbol.name, configuration.value(symbol)]),
  );
}
