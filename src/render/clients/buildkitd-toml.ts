import { outsideBlock, withBlock } from '../marked-block.js';
import { tomlStatements } from '../toml-statements.js';
import { tomlString } from '../toml-string.js';
import { ClientFileError } from './errors.js';
import { isPlain, type MirrorAccess } from './mirror-access.js';

/**
 * `buildkitd.toml` with the mirror (BuildKit's docs/buildkitd.toml.md): what is there stays, our part is a marked block. BuildKit asks the
 * registry itself after its mirrors, and tells a mirror which registry it means.
 * @param text of the file that is there; the empty text: there is none
 * @throws TomlError, MarkError, ClientFileError when a registry of ours has a table already
 */
export function buildkitdToml(access: MirrorAccess, text: string): string {
  const taken = new Set(
    tomlStatements(outsideBlock(text))
      .filter(({ path }) => path[0] === 'registry')
      .map(({ path }) => path[1] ?? ''),
  );
  const twice = [access.url.host, ...access.upstreams].find((host) => taken.has(host) || taken.has(''));
  if (twice !== undefined) {
    throw new ClientFileError(`the file has a table for ${twice} already, and TOML allows one`, {
      hint: `add mirrors = [${tomlString(access.url.host)}] there by hand, or take that table out`,
    });
  }
  return withBlock(text, blockLines(access));
}

function blockLines(access: MirrorAccess): string[] {
  const { url, upstreams, ca } = access;
  const mirror = tomlString(url.host);
  const transport = isPlain(access)
    ? ['  http = true']
    : ca === undefined
      ? []
      : [`  ca = [${tomlString(ca)}]`];
  return [
    ...upstreams.flatMap((host) => [`[registry.${tomlString(host)}]`, `  mirrors = [${mirror}]`]),
    ...(transport.length === 0 ? [] : [`[registry.${mirror}]`, ...transport]),
  ];
}
