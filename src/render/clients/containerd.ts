import type { Wanted } from '../host/wanted.js';
import { CERTS_FOLDER, withConfigPath } from './containerd-config.js';
import { hostsFiles } from './hosts-toml.js';
import type { MirrorAccess } from './mirror-access.js';

/** containerd's own configuration. */
export const CONTAINERD_CONFIG = '/etc/containerd/config.toml';

/**
 * What containerd, its command-line programs and Kubernetes on it are to have. The files of hosts are read at each pull, a changed
 * `config.toml` only when containerd starts.
 * @param config the text of config.toml; undefined when there is none
 * @throws TomlError, ClientFileError when config.toml cannot be changed safely
 */
export function containerdWanted(access: MirrorAccess, config: string | undefined): Wanted[] {
  const { folder, text } = withConfigPath(config);
  // ctr and nerdctl look in the usual folder whatever config.toml says.
  const folders = [...new Set([CERTS_FOLDER, folder])];
  return [
    ...folders.flatMap((each) => hostsFiles(access, each)),
    { kind: 'file', whose: 'theirs', path: CONTAINERD_CONFIG, mode: 0o644, content: text },
  ];
}
