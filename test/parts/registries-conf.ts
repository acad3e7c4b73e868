import { mkdir, writeFile } from 'node:fs/promises';
import type { TempFolder } from './temp.js';

/** What podman and skopeo are told about registries. */
export interface RegistriesOptions {
  /** Upstream host → where its images come from: `127.0.0.1:PORT/ghcr.io`, or `127.0.0.1:PORT`. */
  readonly mirrors?: Readonly<Record<string, string>>;
}

/** Writes registries.conf and an empty auth.json, and gives the environment that names them. */
export async function writeRegistriesConf(
  folder: TempFolder,
  options: RegistriesOptions,
): Promise<Record<string, string>> {
  const conf = folder.file('registries.conf');
  const auth = folder.file('auth.json');
  await mkdir(folder.file('tmp'));
  await writeFile(conf, registriesConf(options.mirrors ?? {}));
  await writeFile(auth, '{}');
  return {
    CONTAINERS_REGISTRIES_CONF: conf,
    REGISTRY_AUTH_FILE: auth,
    HOME: folder.path,
    TMPDIR: folder.file('tmp'),
  };
}

/** containers-registries.conf(5), version 2. The upstream itself is a port nothing listens on: only the mirror can answer. */
function registriesConf(mirrors: Readonly<Record<string, string>>): string {
  const entries = Object.entries(mirrors).map(
    ([host, mirror]) => `
[[registry]]
prefix = "${host}"
location = "127.0.0.1:9"
insecure = true

[[registry.mirror]]
location = "${mirror}"
insecure = true
`,
  );
  return `unqualified-search-registries = ["docker.io"]\nshort-name-mode = "disabled"\n${entries.join('')}`;
}
