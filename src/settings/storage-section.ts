import { ConfigSection } from './config-section.js';
import { treeMap } from './config-tree.js';
import { formatDuration } from './duration.js';
import type { StorageConfig } from './engine-config.js';

const HOUR = 3_600_000;

/** Distribution's drivers besides `filesystem`. */
const OTHER_DRIVERS = ['inmemory', 's3', 's3aws', 'gcs', 'azure', 'swift', 'oss'];
const DEFAULT_ROOT = '/var/lib/registry';

/**
 * Reads `storage`. Only the `filesystem` driver exists here. Another one beside it is named in a warning; another one
 * alone is a problem, because images would end up where nobody looks for them.
 */
export function readStorage(root: ConfigSection): StorageConfig {
  const storage = openStorage(root);
  const written = storage.keys();
  const driver = storage.section('filesystem');
  const rootDirectory = driver.string('rootdirectory')?.value ?? DEFAULT_ROOT;
  driver.count('maxthreads', 0);
  driver.finish();
  if (!written.includes('filesystem')) refuseDriver(root, storage);
  const deleting = storage.section('delete');
  const deleteEnabled = deleting.boolean('enabled', false);
  deleting.finish();
  // Both are about other drivers: this one answers from the file system's own cache and never redirects.
  storage.node('cache');
  storage.node('redirect');
  const maintenance = readMaintenance(storage.section('maintenance'));
  storage.finish([...OTHER_DRIVERS, 'tag']);
  return { rootDirectory, deleteEnabled, ...maintenance };
}

/** `storage: filesystem` is short for a map with that one key. */
function openStorage(root: ConfigSection): ConfigSection {
  const node = root.node('storage');
  if (node?.kind !== 'scalar') return root.section('storage');
  const at = root.origin('storage');
  const map = treeMap(at, [[node.text, { at, value: treeMap(at) }]]);
  return new ConfigSection('storage', map, at, root.findings);
}

function refuseDriver(root: ConfigSection, storage: ConfigSection): void {
  const other = storage.keys().find((key) => OTHER_DRIVERS.includes(key));
  if (other === undefined) {
    root.problem('storage', 'expected a filesystem section with a rootdirectory');
    return;
  }
  const why =
    other === 'inmemory'
      ? 'a mirror that forgets everything when it stops would save nothing'
      : 'images are kept in a folder of this machine';
  storage.problem(other, `this storage driver is not supported here: ${why}; expected filesystem`);
}

function readMaintenance(maintenance: ConfigSection): Pick<StorageConfig, 'readOnly' | 'uploadPurging'> {
  const purging = maintenance.section('uploadpurging');
  const readOnly = maintenance.section('readonly');
  const uploadPurging = {
    enabled: purging.boolean('enabled', true),
    age: purging.duration('age', 168 * HOUR),
    interval: purging.duration('interval', 24 * HOUR),
    dryRun: purging.boolean('dryrun', false),
  };
  if (uploadPurging.enabled && uploadPurging.interval < 1000) {
    purging.problem('interval', `expected at least 1s; found ${formatDuration(uploadPurging.interval)}`);
  }
  const config = { readOnly: readOnly.boolean('enabled', false), uploadPurging };
  purging.finish();
  readOnly.finish();
  maintenance.finish();
  return config;
}
