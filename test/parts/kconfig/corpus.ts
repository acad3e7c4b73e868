import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Job, MODES } from './conf.js';
import { ENVIRONMENT } from './tree.js';

// From build/test/parts/kconfig; these are not compiled.
const TREES = fileURLToPath(new URL('../../../../test/parts/kconfig-trees', import.meta.url));

/** The names of the trees written by hand, each a folder with a `Kconfig` and the `.config`s to try on it (`*.config`). */
export function corpusNames(): string[] {
  return readdirSync(TREES).sort();
}

/** A run on a tree of the corpus. */
export interface CorpusJob extends Job {
  /** The .config or fragment that it starts from. */
  readonly input: string | undefined;
}

/** Copies a tree into a folder and says what is to be run on it: every mode, with nothing and with each of its files. */
export function corpusJobs(name: string, folder: string): CorpusJob[] {
  cpSync(join(TREES, name), folder, { recursive: true });
  const inputs = readdirSync(folder).filter((file) => file.endsWith('.config'));
  return [undefined, ...inputs.sort()].flatMap((input) => {
    const text = input === undefined ? undefined : readFileSync(join(folder, input), 'utf8');
    return MODES.map((mode) => {
      const startsFromConfig = mode === 'olddefconfig' || mode === 'savedefconfig';
      return {
        folder,
        mode,
        input,
        config: startsFromConfig ? text : undefined,
        fragment: startsFromConfig ? undefined : text,
        environment: ENVIRONMENT,
      };
    });
  });
}
