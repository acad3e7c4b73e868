import { constants } from 'node:fs';
import { access, readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { dockerMirrors } from '../../host/docker-mirrors.js';
import type { EngineFacts } from '../../upkeep/doctor/engines.js';
import type { CliContext } from '../command.js';

/** Where the engines of a host have their things. Tests have their own. */
export interface EnginePlaces {
  readonly dockerSocket: string;
  readonly containerd: string;
  readonly containers: string;
}

const PLACES: EnginePlaces = {
  dockerSocket: '/var/run/docker.sock',
  containerd: '/etc/containerd',
  containers: '/etc/containers',
};

/** The container engines of this host, and what mirrors they are told to use. An engine that nobody can ask is passed over. */
export async function lookAtEngines(
  { env }: Pick<CliContext, 'env'>,
  timeout: number,
  places: EnginePlaces = PLACES,
): Promise<EngineFacts[]> {
  const [mirrors, hasContainerd, hasPodman] = await Promise.all([
    dockerMirrors(dockerSocket(env, places), timeout),
    hasProgram('containerd', env),
    hasProgram('podman', env),
  ]);
  const engines: EngineFacts[] = [];
  if (mirrors !== undefined) engines.push({ client: 'dockerd', configured: mirrors });
  // Docker brings a containerd of its own, which pulls nothing by itself.
  if (hasContainerd && mirrors === undefined) {
    engines.push({ client: 'containerd', configured: await textsBelow(join(places.containerd, 'certs.d')) });
  }
  if (hasPodman) {
    const files = await textsBelow(join(places.containers, 'registries.conf.d'));
    engines.push({
      client: 'podman',
      configured: [...files, ...(await textOf(join(places.containers, 'registries.conf')))],
    });
  }
  return engines;
}

function dockerSocket({ DOCKER_HOST }: CliContext['env'], { dockerSocket: usual }: EnginePlaces): string {
  return DOCKER_HOST?.startsWith('unix://') === true ? DOCKER_HOST.slice('unix://'.length) : usual;
}

async function hasProgram(name: string, { PATH = '' }: CliContext['env']): Promise<boolean> {
  const found = [...PATH.split(delimiter), '/usr/sbin', '/sbin'].map((folder) =>
    access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(found)).includes(true);
}

async function textsBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const files = names.filter((name) => /\.(?:toml|conf)$/.test(name));
  return (await Promise.all(files.map((name) => textOf(join(folder, name))))).flat();
}

/** Without comments. What cannot be read, or is not there, tells nothing. */
async function textOf(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? [] : [text.replace(/^\s*#.*$/gm, '')];
}
