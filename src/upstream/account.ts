import type { UpstreamConfig } from '../settings/engine-config.js';
import type { Credential, CredentialSource } from './credentials.js';

/** As whom one upstream is asked. */
export interface Account {
  find(repository: string): Promise<Credential | undefined>;
  /** What to change when the upstream refuses this credential, or that there is none. */
  hint(credential: Credential | undefined): string;
}

/** The account for an upstream: the user in its own settings, else what the credentials file has for its name or its endpoint. */
export function createAccount(config: UpstreamConfig, source: CredentialSource): Account {
  const { host, username, password, endpoint } = config;
  const own: Credential | undefined =
    username === undefined ? undefined : { kind: 'password', username, password: password ?? '' };
  return {
    find: async (repository) => {
      if (own !== undefined) return own;
      const byName = await source.find(host, repository);
      if (byName !== undefined || endpoint.host === host) return byName;
      return source.find(endpoint.host, repository);
    },
    hint: (credential) => {
      if (own !== undefined) return `check proxy.username and proxy.password, with which ${host} is asked`;
      if (source.file === undefined) {
        return `it may not exist, or ${host} wants credentials: name a docker or podman auth.json in mirror.credentials`;
      }
      return credential === undefined
        ? `it may not exist, or ${host} wants credentials: add them to ${source.file} (mirror.credentials)`
        : `it may not exist, or the credentials for ${host} in ${source.file} (mirror.credentials) do not allow it`;
    },
  };
}
