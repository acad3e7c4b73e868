import { stringify } from 'yaml';
import { DOCKER_HUB } from '../../oci/reference.js';
import { originOf } from '../clients/mirror-access.js';
import { shellWord } from '../shell-word.js';
import { renderTemplate } from '../template.js';

/** A mirror in a container. */
export interface MirrorContainer {
  /** Inside and outside. */
  readonly port: number;
  /** Hosts of the registries it fetches from. */
  readonly upstreams: readonly string[];
}

const STORE = '/mirror/docker';

/**
 * The configuration inside the image. Clients come from other addresses than loopback there, so nobody may push. What the container's
 * environment says in `REGISTRY_…` variables stands above it.
 */
export function containerConfig({ port, upstreams }: MirrorContainer): string {
  const hub = upstreams.includes(DOCKER_HUB) ? { proxy: { remoteurl: originOf(DOCKER_HUB) } } : {};
  return stringify({
    version: 0.1,
    storage: { filesystem: { rootdirectory: `${STORE}/registry` } },
    http: { addr: `:${port}` },
    ...hub,
    mirror: {
      upstreams: upstreams.filter((host) => host !== DOCKER_HUB).map((host) => ({ host })),
      push: 'none',
    },
  });
}

/** The Dockerfile of the mirror; it needs no image but Node's own. */
export function dockerfile(container: MirrorContainer): string {
  // The instruction is one line: its lines are words.
  const lines = containerConfig(container).trimEnd().split('\n');
  const words = { lines: lines.map(shellWord).join(' '), port: container.port };
  return renderTemplate('container/Dockerfile.hbs', words, (text) => text);
}

/** What differs from one composition to the next. */
export interface Composition extends MirrorContainer {
  /** The folder of docker-mirror's source. */
  readonly source: string;
  /** The Dockerfile, relative to that folder or absolute. */
  readonly dockerfile: string;
  /** A folder of the host with what is stored; undefined: a volume of Docker's. */
  readonly data: string | undefined;
}

/** Succeeds when the mirror answers, whether or not it asks for a password. */
const ALIVE = (port: number) =>
  `fetch('http://127.0.0.1:${port}/v2/').then((answer) => process.exit([200, 401].includes(answer.status) ? 0 : 1), () => process.exit(1))`;

/** Of whoever runs compose; an empty one is none. */
const HUB_ACCOUNT = {
  REGISTRY_PROXY_USERNAME: `\${DOCKER_HUB_USER:-}`,
  REGISTRY_PROXY_PASSWORD: `\${DOCKER_HUB_PASSWORD:-}`,
};

/**
 * A file for `docker compose`. An account of Docker Hub is taken from the environment of that command, and is never in the file.
 */
export function composeFile(composition: Composition): string {
  const { source, data, port } = composition;
  const mirror = {
    image: 'docker-mirror',
    build: { context: literally(source), dockerfile: literally(composition.dockerfile) },
    ports: [{ target: port, published: port }],
    ...(composition.upstreams.includes(DOCKER_HUB) ? { environment: HUB_ACCOUNT } : {}),
    volumes: [
      data === undefined ? `data:${STORE}` : { type: 'bind', source: literally(data), target: STORE },
    ],
    healthcheck: { test: ['CMD', 'node', '-e', ALIVE(port)], interval: '30s', timeout: '5s', retries: 3 },
    init: true,
    read_only: true,
    tmpfs: ['/tmp'],
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    stop_grace_period: '40s',
    restart: 'unless-stopped',
  };
  const document = {
    version: '3.8',
    services: { mirror },
    ...(data === undefined ? { volumes: { data: {} } } : {}),
  };
  return stringify(document, { lineWidth: 0 });
}

/** A dollar means something to compose, unless it is written twice. */
function literally(text: string): string {
  return text.replaceAll('$', '$$$$');
}
