import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { firstLine } from '../machine.js';
import { DATA_FOLDER, type Peer } from './peer.js';

/**
 * Stock Distribution in proxy mode, with the settings it is shipped with, its descriptor cache among them. Its access log is on
 * by default, and so is the mirror's.
 * @returns undefined when it is not installed
 */
export function stock(): Peer | undefined {
  const version = firstLine('docker-registry', ['--version']);
  if (version === undefined) return undefined;
  return {
    name: 'stock',
    version: version.replace(/^\S+ /, ''),
    prepare({ folder, port, upstream }) {
      const data = join(folder, DATA_FOLDER);
      mkdirSync(data, { recursive: true });
      const config = join(folder, 'config.yml');
      const settings = {
        version: 0.1,
        log: { level: 'info' },
        storage: { cache: { blobdescriptor: 'inmemory' }, filesystem: { rootdirectory: data } },
        http: { addr: `127.0.0.1:${port}`, headers: { 'X-Content-Type-Options': ['nosniff'] } },
        health: { storagedriver: { enabled: true, interval: '10s', threshold: 3 } },
        proxy: { remoteurl: `http://127.0.0.1:${upstream}` },
      };
      writeFileSync(config, stringify(settings));
      return { program: 'docker-registry', args: ['serve', config] };
    },
  };
}
