import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hostPort, reachable } from '../host/address.js';
import { asFileError, readTextIfThere } from '../host/files.js';
import { probeRegistry } from '../host/probe.js';
import type { MirrorAccess } from '../images/mirror-http.js';
import type { KnownUpstreams } from '../images/wire-name.js';
import type { Layout } from '../render/layout.js';
import type { EngineConfig } from '../settings/engine-config.js';
import type { CliContext } from './command.js';
import { listenAddresses } from './endpoint.js';
import { CommandFailure, Interrupted } from './errors.js';

/** A mirror that answers. */
export interface RunningMirror {
  readonly config: EngineConfig;
  readonly access: MirrorAccess;
  readonly upstreams: KnownUpstreams;
}

const POLL_MS = 250;

/**
 * Finds the mirror of a folder by its own configuration, and what is needed to come in.
 * @param wait milliseconds that it may take to answer
 * @throws CommandFailure when it is not set up, does not answer, or does not let this user in; Interrupted
 */
export async function findRunningMirror(
  layout: Layout,
  wait: number,
  context: CliContext,
): Promise<RunningMirror> {
  if ((await readTextIfThere(layout.config)) === undefined) {
    throw new CommandFailure(`there is no mirror in ${layout.root}`, { hint: 'run "docker-mirror start"' });
  }
  const { config } = await context.engine.loadConfig(layout.config, context.env);
  const { http } = config;
  if ((http.tls?.clientCAs.length ?? 0) > 0) {
    throw new CommandFailure(
      'the mirror lets in only clients with a certificate, and this command has none',
      {
        hint: 'pull through it with a client that has one, or empty DOCKER_MIRROR_TLS_CLIENT_CA',
      },
    );
  }
  const origin = await answeringOrigin(config, layout, wait, context);
  const certificate = http.tls === undefined ? undefined : await readCertificate(http.tls.certificate);
  return {
    config,
    access: { origin, certificate, authorization: await authorizationFor(config, context) },
    upstreams: {
      hosts: new Set(config.upstreams.map(({ host }) => host)),
      default: config.upstreams.find(({ isDefault }) => isDefault)?.host,
    },
  };
}

async function answeringOrigin(
  { http }: EngineConfig,
  layout: Layout,
  wait: number,
  { interrupted }: CliContext,
): Promise<string> {
  const tls = http.tls !== undefined;
  const end = performance.now() + wait;
  for (;;) {
    let reason = 'it has no address';
    for (const address of listenAddresses(http)) {
      const probe = await probeRegistry(address, { tls });
      if (probe.answers) return `${tls ? 'https' : 'http'}://${hostPort(reachable(address))}`;
      reason = probe.reason;
    }
    if (performance.now() >= end) {
      throw new CommandFailure(`the mirror in ${layout.root} does not answer: ${reason}`, {
        hint: '"docker-mirror status" says more, "docker-mirror start" starts it',
      });
    }
    await sleep(POLL_MS, undefined, { signal: interrupted }).catch(() => undefined);
    if (interrupted.aborted) throw new Interrupted('interrupted while waiting for the mirror');
  }
}

async function readCertificate(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw asFileError(error, `cannot read the mirror's certificate ${path}`);
  }
}

/** Where a mirror asks for a password, that of this user or of the mirror itself for its own address. */
async function authorizationFor(config: EngineConfig, context: CliContext): Promise<string | undefined> {
  if (config.htpasswd === undefined) return undefined;
  const { http, mirror } = config;
  const names = [
    ...new Set([
      ...(http.host === undefined ? [] : [http.host.host]),
      ...['localhost', '127.0.0.1', http.listen.host || 'localhost'].map((host) =>
        hostPort({ host, port: http.listen.port }),
      ),
    ]),
  ];
  const files = [mirror.credentials, ...loginFiles(context)].filter((file) => file !== undefined);
  const [{ createCredentialSource }, { jsonLogger }] = await Promise.all([
    import('../upstream/credential-source.js'),
    import('../host/log.js'),
  ]);
  // What is wrong with one of them is told below, as what comes of it.
  const logger = jsonLogger({ level: 'error', fields: {} }, { write: () => undefined });
  for (const file of files) {
    const source = createCredentialSource(file, { logger });
    for (const name of names) {
      const found = await source.find(name, '');
      if (found?.kind !== 'password') continue;
      return `Basic ${Buffer.from(`${found.username}:${found.password}`).toString('base64')}`;
    }
  }
  const [name = 'localhost:5000'] = names;
  throw new CommandFailure(
    `the mirror wants a user and a password, and none is known for ${names.join(' or ')}`,
    {
      hint: `run "docker login ${name}" as this user, or add "${name}" to the file of DOCKER_MIRROR_CREDENTIALS_FILE`,
    },
  );
}

/** Where `docker login` and `podman login` leave what they are told. */
function loginFiles({ env, home }: CliContext): string[] {
  const folder = env['DOCKER_CONFIG'];
  const podman = env['REGISTRY_AUTH_FILE'];
  return [
    ...(podman === undefined || podman === '' ? [] : [podman]),
    join(folder === undefined || folder === '' ? join(home, '.docker') : folder, 'config.json'),
  ];
}
