import { join } from 'node:path';
import type { PartFiles } from '../render/host/carry-out.js';
import type { CliContext } from './command.js';

/** The folder of root's records, as the file hierarchy standard has it; others have theirs where the XDG base directory specification says. */
const SYSTEM_STATE = '/var/lib/docker-mirror';

/** The folder in which is noted what was installed on this host. */
export function installedFolder({ env, uid, home }: Pick<CliContext, 'env' | 'uid' | 'home'>): string {
  const asked = env['XDG_STATE_HOME'];
  if (asked?.startsWith('/') === true) return join(asked, 'docker-mirror', 'installed');
  const state = uid === 0 ? SYSTEM_STATE : join(home, '.local', 'state', 'docker-mirror');
  return join(state, 'installed');
}

/** Where one part, such as `service` or `client-dockerd`, is noted. */
export function partFiles(folder: string, part: string): PartFiles {
  return { record: join(folder, `${part}.json`), backups: join(folder, `${part}.before`) };
}
