import { hostKconfigSources } from '#src/host/kconfig-sources.js';
import { Configuration } from '#src/kconfig/configuration.js';
import { formatDotConfig, formatMinimalConfig } from '#src/kconfig/dot-config.js';
import { KconfigError } from '#src/kconfig/errors.js';
import { loadKconfig } from '#src/kconfig/load.js';
import type { Kconfig } from '#src/kconfig/model.js';
import { applyPreset, type Preset } from '#src/kconfig/preset.js';
import { type DotConfigProblem, readDotConfig } from '#src/kconfig/read-dot-config.js';
import type { Job, Mode } from './conf.js';

/** What came of a run of ours. */
export interface OurOutcome {
  /** Undefined when the files were refused. */
  readonly written: string | undefined;
  /** Why they were. */
  readonly refusal: string | undefined;
  /** The lines of the .config that were strange. */
  readonly problems: readonly DotConfigProblem[];
  /** Symbols that are selected although what they depend on does not hold. */
  readonly unmet: readonly string[];
  /** What `$(info,…)` printed. */
  readonly messages: readonly string[];
  readonly kconfig: Kconfig | undefined;
}

const PRESETS: Readonly<Record<Exclude<Mode, 'olddefconfig' | 'savedefconfig'>, Preset>> = {
  alldefconfig: 'default',
  allyesconfig: 'yes',
  allnoconfig: 'no',
  allmodconfig: 'mod',
};

/** Does with our Kconfig what conf does; files are read once for all jobs, which share their folder and environment. */
export function runOurs(jobs: readonly Job[]): OurOutcome[] {
  const [first] = jobs;
  if (first === undefined) return [];
  const loaded = loadOrRefusal(first);
  return jobs.map((job): OurOutcome => {
    if (typeof loaded === 'string') {
      return {
        written: undefined,
        refusal: loaded,
        problems: [],
        unmet: [],
        messages: [],
        kconfig: undefined,
      };
    }
    return { ...runMode(loaded, job), refusal: undefined, messages: loaded.messages, kconfig: loaded };
  });
}

function loadOrRefusal({ folder, environment }: Job): Kconfig | string {
  try {
    const env = { PATH: process.env['PATH'], LC_ALL: 'C', ...environment };
    return loadKconfig('Kconfig', hostKconfigSources({ cwd: folder, srctree: '', env }));
  } catch (error) {
    if (error instanceof KconfigError) return error.message;
    throw error;
  }
}

function runMode(kconfig: Kconfig, { mode, config, fragment }: Job) {
  const configuration = new Configuration(kconfig);
  if (mode === 'olddefconfig' || mode === 'savedefconfig') {
    const problems = config === undefined ? [] : readDotConfig(configuration, config);
    const format = mode === 'olddefconfig' ? formatDotConfig : formatMinimalConfig;
    return { written: format(configuration), problems, unmet: unmetIn(configuration) };
  }
  const problems = fragment === undefined ? [] : readDotConfig(configuration, fragment, { keep: true });
  applyPreset(configuration, PRESETS[mode]);
  return { written: formatDotConfig(configuration), problems, unmet: unmetIn(configuration) };
}

function unmetIn(configuration: Configuration): string[] {
  return configuration.kconfig.symbols.filter((each) => configuration.isUnmet(each)).map(({ name }) => name);
}
