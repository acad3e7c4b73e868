import { z } from 'zod';
import { MirrorError } from '../errors.js';
import type { Defaults } from '../settings/defaults.js';
import type { Layout } from './layout.js';
import { renderTemplate } from './template.js';
import { yamlScalar } from './yaml-scalar.js';

/** A setting that a configuration file cannot be made from. */
export class SettingError extends MirrorError {
  readonly code = 'SETTING_INVALID';
}

// A path may hold anything but NUL and control characters: a folder named with a line end is a mistake or an attack.
const path = z.string().regex(/^\/\P{Cc}*$/u, 'must be an absolute path without control characters');
const host = z.string().regex(/^[A-Za-z0-9.-]+(:\d{1,5})?$/, 'must be a host name, perhaps with a port');

const contextSchema = z.strictObject({
  logLevel: z.enum(['error', 'warn', 'info', 'debug']),
  rootDirectory: path,
  deleteEnabled: z.boolean(),
  address: z.string().regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]*):\d{1,5}$/, 'must be HOST:PORT'),
  remoteUrl: z.url({ protocol: /^https?$/ }),
  upstreams: z.array(host),
  revalidate: z.string().regex(/^(\d+(ms|s|m|h))+$/, 'must be a duration such as 60s'),
  push: z.enum(['none', 'loopback', 'authenticated']),
  images: path,
});

/**
 * The text of a first config.yml.
 * @param port 1 to 65535
 * @throws SettingError when a value cannot stand in such a file
 */
export function renderRegistryConfig(defaults: Defaults, layout: Layout, port: number): string {
  const context = contextSchema.safeParse({
    logLevel: defaults.logLevel,
    rootDirectory: layout.registry,
    deleteEnabled: defaults.deleteEnabled,
    address: `${defaults.host}:${port}`,
    remoteUrl: defaults.defaultUpstream,
    upstreams: defaults.upstreams,
    revalidate: defaults.revalidate,
    push: defaults.push,
    images: layout.manifest,
  });
  if (!context.success) {
    const [issue] = context.error.issues;
    throw new SettingError(`${issue?.path.join('.') ?? 'a setting'}: ${issue?.message ?? 'is not valid'}`);
  }
  return renderTemplate('config.yml.hbs', context.data, yamlScalar);
}
