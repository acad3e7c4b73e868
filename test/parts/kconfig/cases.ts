import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Job, MODES, type Mode } from './conf.js';
import { type Case, type Dialect, ENVIRONMENT } from './tree.js';
import { writeConfig } from './write-config.js';
import { type KconfigFiles, writeTree } from './write-tree.js';

/** A case as text. */
export interface WrittenCase {
  readonly files: KconfigFiles;
  readonly config: string;
  readonly fragment: string | undefined;
}

/** Writes a case as text. */
export function writeCase({ tree, config, fragment }: Case, dialect: Dialect): WrittenCase {
  return {
    files: writeTree(tree, dialect),
    config: writeConfig(config, tree),
    fragment: fragment === undefined ? undefined : writeConfig(fragment, tree),
  };
}

/** Puts Kconfig files into a folder, which is made. */
export function putFiles(folder: string, files: KconfigFiles): void {
  for (const [path, text] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** What is run on a case: the fragment for what starts from nothing, the .config for what starts from one. */
export function jobsOf(
  folder: string,
  { config, fragment }: Pick<WrittenCase, 'config' | 'fragment'>,
  modes: readonly Mode[] = MODES,
): Job[] {
  return modes.map((mode) => {
    const startsFromConfig = mode === 'olddefconfig' || mode === 'savedefconfig';
    return {
      folder,
      mode,
      config: startsFromConfig ? config : undefined,
      fragment: startsFromConfig ? undefined : fragment,
      environment: ENVIRONMENT,
    };
  });
}

/** A case for people to read. */
export function showCase({ files, config, fragment }: WrittenCase): string {
  const parts = [...files].map(([path, text]) => `--- ${path}\n${text}`);
  parts.push(`--- .config\n${config}\n`);
  if (fragment !== undefined) parts.push(`--- KCONFIG_ALLCONFIG\n${fragment}\n`);
  return parts.join('');
}
