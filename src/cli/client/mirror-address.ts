import { hostPort } from '../../host/address.js';
import { readTextIfThere } from '../../host/files.js';
import { DOCKER_HUB } from '../../oci/reference.js';
import { layoutOf } from '../../render/layout.js';
import { parseBaseUrl } from '../../settings/registry-url.js';
import type { MirrorSettings } from '../../settings/settings.js';
import type { Arguments, CliContext } from '../command.js';
import { baseUrl } from '../endpoint.js';
import { CommandFailure, UsageError } from '../errors.js';
import { mirrorPath } from '../location.js';

/** A mirror as the engines of this host see it. */
export interface LocalMirror {
  readonly url: URL;
  /** The hosts of the registries it fetches from. */
  readonly upstreams: readonly string[];
}

/**
 * The mirror that engines are to use: the address that was asked for, else that of the mirror that is set up on this host, else that of the
 * one the settings would set up.
 * @throws UsageError, MirrorError
 */
export async function localMirror(args: Arguments, context: CliContext): Promise<LocalMirror> {
  const asked = askedUrl(args);
  const { config } = layoutOf(mirrorPath(args, context));
  if ((await readTextIfThere(config)) !== undefined) {
    const { http, upstreams } = (await context.engine.loadConfig(config, context.env)).config;
    // A certificate is made for the name that others use; without one, loopback needs no exception from encryption.
    const own = http.tls !== undefined && http.host !== undefined ? http.host : new URL(baseUrl(http));
    return { url: asked ?? own, upstreams: upstreams.map(({ host }) => host) };
  }
  const { settings, file } = await context.settings.load(context.env, false);
  if (settings.mirror !== undefined) {
    return { url: asked ?? urlOf(settings.mirror), upstreams: upstreamsOf(settings.mirror) };
  }
  if (asked !== undefined) return { url: asked, upstreams: [DOCKER_HUB] };
  throw new CommandFailure(`${file} says that there is no mirror on this host`, {
    hint: 'say where it is with --url http://HOST:PORT',
  });
}

function askedUrl(args: Arguments): URL | undefined {
  const text = args.text('url');
  if (text === undefined) return undefined;
  const parsed = parseBaseUrl(text);
  if ('value' in parsed) return parsed.value;
  throw new UsageError(`--url: expected ${parsed.expected}`);
}

function urlOf({ listen, place, tls }: MirrorSettings): URL {
  const scheme = tls.kind === 'none' ? 'http' : 'https';
  if (scheme === 'https' && listen.url !== undefined) return listen.url;
  const [host = ''] = listen.hosts;
  const isOwn = host === '' || host === '0.0.0.0' || host === '::' || host === '127.0.0.1' || host === '::1';
  return new URL(`${scheme}://${hostPort({ host: isOwn ? 'localhost' : host, port: place.port })}`);
}

function upstreamsOf({ upstreams }: MirrorSettings): string[] {
  const others = upstreams.others.map(({ host }) => host);
  return [...(upstreams.default === undefined ? [] : [DOCKER_HUB]), ...others];
}
