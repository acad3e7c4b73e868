import * as z from 'zod';
import { MirrorError } from '../errors.js';
import { formatBandwidth } from '../settings/bandwidth.js';
import { formatListenAddress } from '../settings/listen-address.js';
import type { MirrorSettings } from '../settings/settings.js';
import type { Layout } from './layout.js';
import { renderTemplate, type TemplateContext } from './template.js';
import { yamlScalar } from './yaml-scalar.js';

/** A setting that a configuration file cannot be made from. */
export class SettingError extends MirrorError {
  readonly code = 'SETTING_INVALID';
}

// A path may hold anything but NUL and control characters: a folder named with a line end is a mistake or an attack.
const path = z.string().regex(/^\/\P{Cc}*$/u, 'must be an absolute path without control characters');

/**
 * The text of config.yml. Every text in it is quoted, so that no setting can become a key.
 * @param port 1 to 65535
 * @throws SettingError when the folder's name cannot stand in such a file
 */
export function renderRegistryConfig(settings: MirrorSettings, layout: Layout, port: number): string {
  const root = path.safeParse(layout.root);
  if (!root.success) throw new SettingError(`the mirror's folder ${root.error.issues[0]?.message}`);
  const context: TemplateContext = {
    ...logContext(settings.log),
    ...storageContext(settings, layout),
    ...httpContext(settings, port),
    ...tlsContext(settings.tls),
    ...authContext(settings.access),
    ...upstreamContext(settings),
    ...backgroundContext(settings),
    push: settings.access.push,
    images: layout.manifest,
  };
  return renderTemplate('config.yml.hbs', context, yamlScalar);
}

function logContext({ level, format, accessLog }: MirrorSettings['log']): TemplateContext {
  return { log: { level, formatter: format, hasFormatter: format !== 'auto', isQuiet: !accessLog } };
}

function storageContext({ access, purge }: MirrorSettings, layout: Layout): TemplateContext {
  return {
    storage: {
      rootDirectory: layout.registry,
      delete: access.delete,
      readOnly: access.readOnly,
      purge: purge !== undefined,
      purgeAge: `${purge?.ageHours ?? 0}h`,
      purgeInterval: `${purge?.intervalHours ?? 0}h`,
    },
  };
}

function httpContext({ listen, page }: MirrorSettings, port: number): TemplateContext {
  const [first = 'localhost:0', ...more] = listen.hosts.map((host) => formatListenAddress({ host, port }));
  return {
    http: {
      address: first,
      more,
      hasMore: more.length > 0,
      url: listen.url?.href ?? '',
      hasUrl: listen.url !== undefined,
      drain: `${listen.drainSeconds}s`,
    },
    debug: { isOn: page.debugAddress !== undefined, address: page.debugAddress ?? '' },
  };
}

function tlsContext({ certificate, key, clientCAs, minimum }: MirrorSettings['tls']): TemplateContext {
  return {
    tls: {
      isOn: certificate !== undefined && key !== undefined,
      certificate: certificate ?? '',
      key: key ?? '',
      minimum,
      clientCAs,
      asksClients: clientCAs.length > 0,
    },
  };
}

function authContext({ htpasswd }: MirrorSettings['access']): TemplateContext {
  return {
    auth: { isOn: htpasswd !== undefined, realm: htpasswd?.realm ?? '', path: htpasswd?.path ?? '' },
  };
}

function backgroundContext({ images }: MirrorSettings): TemplateContext {
  const bandwidth = ((images?.bandwidth ?? 0) * 1e6) / 8;
  return { background: { isLimited: bandwidth > 0, bandwidth: formatBandwidth(bandwidth) } };
}

function upstreamContext({ upstreams, place }: MirrorSettings): TemplateContext {
  const asked = place.pullThrough ? upstreams : { ...upstreams, default: undefined, others: [] };
  return {
    upstreams: {
      hasDefault: asked.default !== undefined,
      default: withoutSlash(asked.default),
      hasOthers: asked.others.length > 0,
      others: asked.others.map(({ host, endpoint }) => ({
        host,
        hasEndpoint: endpoint !== undefined,
        endpoint: withoutSlash(endpoint),
      })),
      hasCredentials: asked.credentials !== undefined,
      credentials: asked.credentials ?? '',
      revalidate: `${asked.revalidateSeconds}s`,
      keepDigests: asked.keepDigests,
      offline: asked.offline,
    },
  };
}

/** As people write it. */
function withoutSlash(url: URL | undefined): string {
  if (url === undefined) return '';
  return url.pathname === '/' ? url.origin : url.href;
}
