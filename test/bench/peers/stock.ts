import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { firstLine } from '../machine.js';
import { DATA_FOLDER, type Peer } from './peer.js';

/**
 * Stock Distribution in proxy mode, as its documentation sets it up; its access log is on by default, and so is the mirror's.
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
        storage: { filesystem: { rootdirectory: data } },
        http: { addr: `127.0.0.1:${port}` },
        proxy: { remoteurl: `http://127.0.0.1:${upstream}` },
      };
      writeFileSync(config, stringify(settings));
      return { program: 'docker-registry', args: ['serve', config] };
    },
  };
}
