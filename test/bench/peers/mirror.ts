import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { DATA_FOLDER, type Peer } from './peer.js';

/**
 * This program, with Docker Hub meaning the bench's upstream.
 * @returns undefined when it is not built
 */
export function mirror(root: string, version: string): Peer | undefined {
  const main = join(root, 'dist/bundle/main.cjs');
  if (!existsSync(main)) return undefined;
  return {
    name: 'mirror',
    version,
    prepare({ folder, port, upstream }) {
      const data = join(folder, DATA_FOLDER);
      mkdirSync(data, { recursive: true });
      const config = join(folder, 'config.yml');
      const settings = {
        version: 0.1,
        log: { level: 'info' },
        storage: { filesystem: { rootdirectory: data } },
        http: { addr: `127.0.0.1:${port}` },
        mirror: { upstreams: [{ host: 'docker.io', endpoint: `http://127.0.0.1:${upstream}` }] },
      };
      writeFileSync(config, stringify(settings));
      return { program: process.execPath, args: [main, 'serve', config] };
    },
  };
}
