import { hostPort } from '../host/address.js';
import type { Layout } from '../render/layout.js';
import type { EngineConfig } from '../settings/engine-config.js';
import { baseUrl, listenAddresses } from './endpoint.js';

/** What is said when the mirror answers: where it is, and the next three things to do. */
export function welcome(layout: Layout, config: EngineConfig, started: boolean): string {
  const url = baseUrl(config.http);
  const name = url.replace(/^https?:\/\//, '');
  const where = listenAddresses(config.http)
    .map((address) => hostPort(address.host === '' ? { ...address, host: '*' } : address))
    .join(' and ');
  return `The mirror ${started ? 'has started' : 'is already running'}: ${url}

  listens on     ${where}
  data           ${config.storage.rootDirectory}
  configuration  ${layout.config}
  log            ${layout.log}

Next:
  1. Pull an image through it:
       docker pull ${name}/library/alpine
  2. Have Docker use it for every image of Docker Hub: put this into /etc/docker/daemon.json, then "systemctl reload docker"
       { "registry-mirrors": ["${url}"] }
  3. See how it is doing, or stop it:
       make docker-mirror-status
       make docker-mirror-logs
       make docker-mirror-stop
`;
}
