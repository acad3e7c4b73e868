import { MirrorError } from '../errors.js';

/** What a Docker engine says about itself that matters for using a mirror. */
export interface DockerdInfo {
  /** Such as `29.1.3` or `20.10.24+dfsg1`. */
  readonly version: string;
  /** The mirrors of Docker Hub in force. */
  readonly mirrors: readonly string[];
  /** The registries that may be spoken to without encryption: `HOST:PORT`, and networks. */
  readonly insecure: readonly string[];
  /** Whether images are kept by containerd, as is usual since version 29. */
  readonly hasContainerdStore: boolean;
  readonly containersRunning: number;
  /** Whether containers go on running while the engine is restarted. */
  readonly liveRestore: boolean;
}

/** A Docker engine could not be asked. */
export class DockerdError extends MirrorError {
  readonly code = 'DOCKER_FAILED';
}

/** Milliseconds until an engine that is there and says nothing is given up. */
const PATIENCE = 5_000;

/** What nobody listening looks like. */
const ABSENT = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTDIR']);

/**
 * Asks an engine about itself. The one place that knows dockerode, which takes a tenth of a second to load and is loaded when it is used.
 * @param host `unix:///path`, `tcp://host:port` without TLS, or `npipe:////./pipe/name`
 * @returns undefined when no engine listens there
 * @throws DockerdError
 */
export async function askDockerd(host: string): Promise<DockerdInfo | undefined> {
  const address = engineAddress(host);
  const { default: Docker } = await import('dockerode');
  try {
    return readInfo(await new Docker({ ...address, timeout: PATIENCE }).info());
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (ABSENT.has(code)) return undefined;
    const text = error instanceof Error ? error.message : String(error);
    const hint =
      code === 'EACCES' ? 'run it as root, or as a member of the group docker' : `look at "docker info"`;
    throw new DockerdError(`the Docker engine at ${host} cannot be asked: ${text}`, { hint, cause: error });
  }
}

/**
 * Where an engine listens, in the words of dockerode.
 * @throws DockerdError
 */
export function engineAddress(
  host: string,
):
  | { readonly socketPath: string }
  | { readonly protocol: 'http'; readonly host: string; readonly port: number } {
  const [, scheme, rest = ''] = /^(unix|npipe|tcp):\/\/(.*)$/s.exec(host) ?? [];
  if ((scheme === 'unix' || scheme === 'npipe') && rest.startsWith('/')) return { socketPath: rest };
  if (scheme === 'tcp' && URL.canParse(`http://${rest}`)) {
    const { hostname, port } = new URL(`http://${rest}`);
    return {
      protocol: 'http',
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port === '' ? 2375 : port),
    };
  }
  throw new DockerdError(`"${host}" is no address of a Docker engine on this host`, {
    hint: 'expected unix:///run/docker.sock, or tcp://127.0.0.1:2375',
  });
}

/** What of the answer of `GET /info` (Docker Engine API) matters here. Whatever is missing counts as not there. */
export function readInfo(answer: unknown): DockerdInfo {
  const info = asRecord(answer);
  const registry = asRecord(info['RegistryConfig']);
  const indexes = Object.entries(asRecord(registry['IndexConfigs']));
  const insecureNames = indexes.flatMap(([name, index]) =>
    asRecord(index)['Secure'] === false ? [name] : [],
  );
  return {
    version: typeof info['ServerVersion'] === 'string' ? info['ServerVersion'] : '',
    mirrors: texts(registry['Mirrors']),
    insecure: [...insecureNames, ...texts(registry['InsecureRegistryCIDRs'])],
    hasContainerdStore: JSON.stringify(info['DriverStatus'] ?? []).includes('io.containerd.snapshotter'),
    containersRunning: Number(info['ContainersRunning'] ?? 0),
    liveRestore: info['LiveRestoreEnabled'] === true,
  };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
