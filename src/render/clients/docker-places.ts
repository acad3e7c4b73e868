import { posix, win32 } from 'node:path';

/** What decides where Docker keeps its things. */
export interface DockerSurroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number | undefined;
  readonly home: string;
  /** Whether something is at a path. */
  readonly isThere: (path: string) => boolean;
}

/** Where an engine is configured and reached. */
export interface DockerPlaces {
  /** `engine`: the host's own. `rootless`: one of this user. `desktop`: in Docker Desktop's virtual machine. */
  readonly kind: 'engine' | 'rootless' | 'desktop';
  /** The daemon.json. */
  readonly file: string;
  /** The folder of `HOST/hosts.toml` files, for engines that read them. */
  readonly certificates: string;
  /** As in `DOCKER_HOST`. */
  readonly host: string;
  /** Undefined where the engine does not run on this host itself. */
  readonly pidFile: string | undefined;
}

/**
 * Where Docker of this user is: that of the host for root, and for others the rootless one or Docker Desktop when they are there (Docker's
 * manual, "Docker daemon configuration overview" and "Rootless mode").
 */
export function dockerPlaces(surroundings: DockerSurroundings): DockerPlaces {
  const { platform } = surroundings;
  if (platform === 'win32') return windowsPlaces(surroundings);
  if (platform === 'darwin') return desktopPlaces(surroundings, '.docker/run/docker.sock');
  return linuxPlaces(surroundings);
}

/** The path of a `unix://` address. */
export function socketOf(host: string): string | undefined {
  return host.startsWith('unix://') ? host.slice('unix://'.length) : undefined;
}

function linuxPlaces(surroundings: DockerSurroundings): DockerPlaces {
  const { env, uid, home, isThere } = surroundings;
  if (uid !== 0) {
    const runtime = absolute(env['XDG_RUNTIME_DIR']) ?? `/run/user/${uid ?? 0}`;
    const socket = `${runtime}/docker.sock`;
    if (env['DOCKER_HOST'] === `unix://${socket}` || isThere(socket)) {
      const config = posix.join(absolute(env['XDG_CONFIG_HOME']) ?? posix.join(home, '.config'), 'docker');
      return {
        kind: 'rootless',
        file: posix.join(config, 'daemon.json'),
        certificates: posix.join(config, 'certs.d'),
        host: `unix://${socket}`,
        pidFile: `${runtime}/docker.pid`,
      };
    }
    const desktop = '.docker/desktop/docker.sock';
    if (isThere(posix.join(home, desktop))) return desktopPlaces(surroundings, desktop);
  }
  return {
    kind: 'engine',
    file: '/etc/docker/daemon.json',
    certificates: '/etc/docker/certs.d',
    host: 'unix:///var/run/docker.sock',
    pidFile: '/var/run/docker.pid',
  };
}

function desktopPlaces({ home, isThere }: DockerSurroundings, socket: string): DockerPlaces {
  const own = posix.join(home, socket);
  return {
    kind: 'desktop',
    file: posix.join(home, '.docker', 'daemon.json'),
    certificates: posix.join(home, '.docker', 'certs.d'),
    host: `unix://${isThere(own) ? own : '/var/run/docker.sock'}`,
    pidFile: undefined,
  };
}

function windowsPlaces({ env, home, isThere }: DockerSurroundings): DockerPlaces {
  const desktop = win32.join(home, '.docker');
  const data = win32.join(env['ProgramData'] ?? 'C:\\ProgramData', 'docker');
  const isDesktop = isThere(win32.join(env['ProgramFiles'] ?? 'C:\\Program Files', 'Docker', 'Docker'));
  return {
    kind: isDesktop ? 'desktop' : 'engine',
    file: isDesktop ? win32.join(desktop, 'daemon.json') : win32.join(data, 'config', 'daemon.json'),
    certificates: isDesktop ? win32.join(desktop, 'certs.d') : win32.join(data, 'certs.d'),
    host: 'npipe:////./pipe/docker_engine',
    pidFile: undefined,
  };
}

/** The XDG specification has relative paths ignored. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') === true ? path : undefined;
}
