import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstLine } from '../machine.js';
import type { Peer } from './peer.js';

/**
 * nginx as a caching proxy, set up to fetch each thing once. It knows nothing of registries: it checks no digest and serves
 * what it has to everybody. It is here as the mark of what plain C and sendfile can do.
 * @returns undefined when it is not installed
 */
export function nginx(): Peer | undefined {
  const version = firstLine('nginx', ['-v']);
  if (version === undefined) return undefined;
  return {
    name: 'nginx',
    version: version.replace(/^nginx version: /, ''),
    prepare({ folder, port, upstream }) {
      const config = join(folder, 'nginx.conf');
      writeFileSync(config, configuration(folder, port, upstream));
      return { program: 'nginx', args: ['-p', folder, '-c', config, '-e', join(folder, 'error.log')] };
    },
  };
}

function configuration(folder: string, port: number, upstream: number): string {
  // A worker started by root would become "nobody", who may not write into the folder.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  return `${user}
daemon off;
worker_processes 2;
pid ${folder}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log ${folder}/access.log;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/temp;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  sendfile on;
  tcp_nopush on;
  proxy_cache_path ${folder}/cache levels=1:2 keys_zone=bench:10m max_size=20g inactive=1d use_temp_path=off;
  upstream source { server 127.0.0.1:${upstream}; keepalive 16; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://source;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_cache bench;
      proxy_cache_key $uri;
      proxy_cache_valid 200 1m;
      proxy_cache_lock on;
      proxy_cache_lock_timeout 10m;
      proxy_cache_lock_age 10m;
    }
    location ~ sha256: {
      proxy_pass http://source;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_cache bench;
      proxy_cache_key $uri;
      proxy_cache_valid 200 1d;
      proxy_cache_lock on;
      proxy_cache_lock_timeout 10m;
      proxy_cache_lock_age 10m;
    }
  }
}
`;
}
