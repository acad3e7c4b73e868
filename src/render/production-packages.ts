import * as z from 'zod';
import { MirrorError } from '../errors.js';

/** package-lock.json is not what it should be. */
export class LockFileError extends MirrorError {
  readonly code = 'LOCK_FILE_INVALID';
}

/** The part of a lock file of npm (version 3) that counts here: the folders of packages, and what each is there for. */
const schema = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(
    z.string(),
    z.object({ dev: z.boolean().optional(), optional: z.boolean().optional(), link: z.boolean().optional() }),
  ),
});

/** A folder below `node_modules`, relative to the program. */
export interface ProductionPackage {
  readonly folder: string;
  /** Whether the program does without it, where it could not be installed. */
  readonly isOptional: boolean;
}

/**
 * The packages that the program needs to run, from the text of its package-lock.json: npm has marked there those that are only for
 * development. Type declarations without code are left out.
 * @throws LockFileError
 */
export function productionPackages(lock: string): ProductionPackage[] {
  const parsed = parse(lock);
  return Object.entries(parsed.packages)
    .filter(([folder, { dev, link }]) => folder !== '' && dev !== true && link !== true)
    .filter(([folder]) => !/(?:^|\/)node_modules\/@types\/[^/]+$/.test(folder))
    .map(([folder, { optional }]) => ({ folder, isOptional: optional === true }));
}

function parse(lock: string): z.infer<typeof schema> {
  try {
    const parsed = schema.parse(JSON.parse(lock));
    for (const folder of Object.keys(parsed.packages)) {
      const isBelow = folder === '' || /^node_modules\/[^\0]+$/.test(folder);
      if (!isBelow || folder.split('/').includes('..'))
        throw new Error(`${folder} is no folder of a package`);
    }
    return parsed;
  } catch (error) {
    throw new LockFileError('package-lock.json cannot be used', {
      hint: 'take it from the version of docker-mirror that is to be installed',
      cause: error,
    });
  }
}
