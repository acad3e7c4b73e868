import { nearestWord } from '../oci/nearest-word.js';
import { ConfigSection } from './config-section.js';
import { treeMap } from './config-tree.js';
import type { HtpasswdConfig } from './engine-config.js';

/** What a `realm` may hold, since it goes into a header as it is: printable ASCII. */
const REALM = /^[\x20-\x7e]+$/;

/**
 * Reads `auth`. Only `htpasswd` exists here. Another kind beside it is named in a warning; another kind alone is a
 * problem, because starting without the authentication that was asked for would open the mirror to everybody.
 */
export function readAuth(root: ConfigSection): HtpasswdConfig | undefined {
  const auth = openAuth(root);
  const kinds = auth.keys();
  const other = kinds.find((kind) => kind !== 'htpasswd');
  if (!kinds.includes('htpasswd')) {
    if (other !== undefined) refuseKind(auth, other);
    return undefined;
  }
  const htpasswd = auth.section('htpasswd');
  const realm = htpasswd.string('realm');
  const path = htpasswd.string('path');
  htpasswd.finish();
  auth.finish(['silly', 'token']);
  if (realm === undefined)
    auth.problem('htpasswd', 'needs a realm, the name shown to who is asked to log in');
  if (path === undefined) auth.problem('htpasswd', 'needs a path, the file with users and passwords');
  if (realm !== undefined && !REALM.test(realm.value)) {
    htpasswd.expected('realm', 'letters, digits and punctuation of ASCII only');
  }
  return realm === undefined || path === undefined ? undefined : { realm: realm.value, path: path.value };
}

/** `auth: htpasswd` is short for a map with that one key, usually filled in by the environment. */
function openAuth(root: ConfigSection): ConfigSection {
  const node = root.node('auth');
  if (node?.kind !== 'scalar') return root.section('auth');
  const at = root.origin('auth');
  const map = treeMap(at, [[node.text, { at, value: treeMap(at) }]]);
  return new ConfigSection('auth', map, at, root.findings);
}

function refuseKind(auth: ConfigSection, kind: string): void {
  const near = nearestWord(kind, ['htpasswd']);
  const why = ['silly', 'token'].includes(kind)
    ? 'is not supported here'
    : 'is not a known kind of authentication';
  auth.problem(
    kind,
    near === undefined
      ? `${why}, and without it everybody could come in; expected auth.htpasswd`
      : `${why}; did you mean ${near}?`,
  );
}
