import { hostComponent } from '../../oci/host-component.js';
import { addressOf, type MirrorAccess, originOf } from '../clients/mirror-access.js';
import { shellWord } from '../shell-word.js';
import { renderTemplate } from '../template.js';

/** The parts of the script below `templates/setup/`, in their order; only the first holds values. */
const PARTS = ['head', 'files', 'daemon-json', 'hosts', 'docker', 'engines', 'main'];

/**
 * The script that has the engines of a guest use the mirror (docs/guests.md): POSIX sh, for `curl … | sh`. It knows nothing but the
 * mirror's address and the registries that it fetches from; hosts are checked where they are configured, so none holds a blank or a `=`.
 */
export function setupScript(access: Pick<MirrorAccess, 'url' | 'upstreams'>): string {
  const entries = access.upstreams.map((host) => [host, originOf(host), hostComponent(host)].join('='));
  const context = { mirror: addressOf(access), upstreams: entries.join(' ') };
  return PARTS.map((part) => renderTemplate(`setup/${part}.sh.hbs`, context, shellWord)).join('\n');
}
