import { stringify } from 'yaml';
import { addressOf, type MirrorAccess } from '../clients/mirror-access.js';
import { shellWord } from '../shell-word.js';
import { setupScript } from './setup-script.js';

const SCRIPT = '/run/docker-mirror-setup.sh';
const AUTHORITY = '/etc/docker-mirror/mirror-ca.pem';

/** How the script gets into a guest. */
export interface CloudInitOptions {
  /** Carried in the user data; otherwise fetched from the mirror at the first boot. */
  readonly embed: boolean;
  /** The text of the authority's certificate, for a mirror with one of its own. */
  readonly ca: string | undefined;
}

/**
 * User data of cloud-init that has a guest's engines use the mirror (cloud-init's modules `write_files` and `runcmd`). What it runs, it runs at
 * the end of the first boot, after the packages that other user data installs.
 */
export function cloudInit(access: MirrorAccess, { embed, ca }: CloudInitOptions): string {
  const trust = ca === undefined ? '' : ` --ca ${AUTHORITY}`;
  const files = [
    ...(ca === undefined ? [] : [{ path: AUTHORITY, permissions: '0644', content: ca }]),
    ...(embed ? [{ path: SCRIPT, permissions: '0700', content: setupScript(access) }] : []),
  ];
  const commands = [...(embed ? [] : [fetching(access, ca)]), `sh ${SCRIPT}${trust}`];
  const data = { ...(files.length === 0 ? {} : { write_files: files }), runcmd: [commands.join(' && ')] };
  return `#cloud-config\n${stringify(data, { lineWidth: 0 })}`;
}

/** With whichever of the two programs the guest has. */
function fetching(access: MirrorAccess, ca: string | undefined): string {
  const url = shellWord(`${addressOf(access)}/setup.sh`);
  const [curl, wget] =
    ca === undefined ? ['', ''] : [` --cacert ${AUTHORITY}`, ` --ca-certificate=${AUTHORITY}`];
  const byCurl = `curl -fsSL --retry 10 --retry-delay 3 --retry-connrefused${curl} -o ${SCRIPT} ${url}`;
  return `{ ${byCurl} || wget -q --tries=10${wget} -O ${SCRIPT} ${url}; }`;
}
