import { existsSync } from 'node:fs';
import { type AskForVolume, type BundleSource, openFile, openVolumes } from '../../images/bundle/source.js';
import { volumeName } from '../../images/bundle/volume-name.js';

/**
 * Opens a bundle, whether it is in one file or in volumes; `NAME.tar` finds `NAME.tar.000` too.
 * @throws FileError
 */
export async function openBundleFile(
  path: string,
  name: string,
  others: readonly string[],
  ask: AskForVolume,
): Promise<BundleSource> {
  if (path.endsWith('.000')) return await openVolumes(path, name, others, ask);
  const first = volumeName(path, 0);
  if (!existsSync(path) && existsSync(first)) return await openVolumes(first, name, others, ask);
  return await openFile(path, name);
}
