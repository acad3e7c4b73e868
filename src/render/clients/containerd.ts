import type { Wanted } from '../host/wanted.js';
import { CERTS_FOLDER, withConfigPath } from './containerd-config.js';
import { hostsFiles } from './hosts-toml.js';
import type { MirrorAccess } from './mirror-access.js';

/** containerd's own configuration. */
export const CONTAINERD_CONFIG = '/etc/containerd/config.toml';

/** What containerd is to have. Files of hosts are read at each pull; a changed `config.toml` only when containerd starts. */
export interface ContainerdFiles {
  readonly wanted: readonly Wanted[];
  /** Whether containerd must be started again for it. */
  readonly needsRestart: boolean;
}

/**
 * The files for containerd, its command-line programs and Kubernetes on it.
 * @param config the text of config.toml; undefined when there is none
 * @throws TomlError, ClientFileError when config.toml cannot be changed safely
 */
export function containerdFiles(access: MirrorAccess, config: string | undefined): ContainerdFiles {
  const { folder, text } = withConfigPath(config);
  const hosts = hostsFiles(access, folder);
  // ctr and nerdctl look in the usual folder whatever config.toml says.
  const others = folder === CERTS_FOLDER ? [] : hostsFiles(access, CERTS_FOLDER);
  const main: Wanted[] =
    text === undefined
      ? []
      : [{ kind: 'file', whose: 'theirs', path: CONTAINERD_CONFIG, mode: 0o644, content: text }];
  return { wanted: [...hosts, ...others, ...main], needsRestart: text !== undefined };
}
