import { firstLine } from '../machine.js';
import type { Command } from './peer.js';

/** What skopeo says about its version; undefined when it is not installed. */
export function skopeoVersion(): string | undefined {
  const version = firstLine('skopeo', ['--version']);
  return version?.startsWith('skopeo ') === true ? version : undefined;
}

/** Writes an image of a layout as an archive of Docker, through a compressor, to a file. */
export function skopeoArchive(layout: string, name: string, compressor: string, output: string): Command {
  const script =
    'set -e; skopeo --insecure-policy copy -q "oci:$1:$2" "docker-archive:/dev/stdout:$2" | $3 >"$4"';
  return { program: 'sh', args: ['-c', script, 'sh', layout, name, compressor, output] };
}

/** Copies images of a registry on this machine, so many at once, each into a folder of its own. */
export function skopeoCopies(
  registry: string,
  images: readonly string[],
  folder: string,
  parallel: number,
): Command {
  const copy = `skopeo --insecure-policy copy -q --src-tls-verify=false "docker://$1/$3" "dir:$2/$(echo "$3" | tr / _)"`;
  const script = `printf '%s\\n' "$@" | xargs -P ${parallel} -n 1 sh -c '${copy}' sh "$REGISTRY" "$FOLDER"`;
  return {
    program: 'env',
    args: [`REGISTRY=${registry}`, `FOLDER=${folder}`, 'sh', '-c', script, 'sh', ...images],
  };
}
