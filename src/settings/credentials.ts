import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../errors.js';
import type { EngineConfig } from './engine-config.js';

/**
 * The name under which systemd gives the mirror a file that only root can read (`LoadCredential=`, systemd.exec(5)). It is made of the
 * path, so that it stands for that file and no other, whatever config.yml names.
 */
export function credentialName(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 32);
}

/** The files of a configuration that may be secret, each once. */
export function secretFiles({ htpasswd, http: { tls }, mirror }: EngineConfig): string[] {
  const paths = [htpasswd?.path, tls?.certificate, tls?.key, ...(tls?.clientCAs ?? []), mirror.credentials];
  return [...new Set(paths.filter((path) => path !== undefined))];
}

/**
 * The configuration with the copies that systemd has made for this service in place of the files themselves, as far as there are any.
 * @throws the system's error
 */
export async function withCredentials(
  config: EngineConfig,
  env: Readonly<Record<string, string | undefined>>,
): Promise<EngineConfig> {
  const folder = env['CREDENTIALS_DIRECTORY'] ?? '';
  if (!folder.startsWith('/')) return config;
  const copies = new Map<string, string>();
  for (const path of secretFiles(config)) {
    const copy = join(folder, credentialName(path));
    if (await isThere(copy)) copies.set(path, copy);
  }
  const given = (path: string) => copies.get(path) ?? path;
  const { htpasswd, http, mirror } = config;
  const { tls } = http;
  return {
    ...config,
    htpasswd: htpasswd && { ...htpasswd, path: given(htpasswd.path) },
    http: {
      ...http,
      tls: tls && {
        ...tls,
        certificate: given(tls.certificate),
        key: given(tls.key),
        clientCAs: tls.clientCAs.map(given),
      },
    },
    mirror: { ...mirror, credentials: mirror.credentials && given(mirror.credentials) },
  };
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
