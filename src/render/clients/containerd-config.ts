import { type TomlStatement, tomlStatements } from '../toml-statements.js';
import { tomlString } from '../toml-string.js';
import { ClientFileError } from './errors.js';

/** Where containerd looks for registries' hosts unless somebody chose otherwise. */
export const CERTS_FOLDER = '/etc/containerd/certs.d';

/** What containerd's own configuration says about registries, for Kubernetes (its CRI plugin). */
export interface ConfigPath {
  /** The folder with a folder for each registry. */
  readonly folder: string;
  /** The configuration with `config_path` set, which may be what it was. */
  readonly text: string;
}

/** The plugin whose `registry` holds `config_path`, by the version of the file's format (containerd's docs/cri/config.md). */
const PLUGINS: Readonly<Record<string, string>> = {
  1: 'cri',
  2: 'io.containerd.grpc.v1.cri',
  3: 'io.containerd.cri.v1.images',
};

/** Versions 1.3 to 2.x of containerd read a file of this version. */
const NEW_FILE = '2';

/**
 * Finds the folder that containerd's CRI plugin looks for registries in, and when it has none, sets it with the smallest change: one value, one
 * line, or one table at the end. Programs such as `ctr` and `nerdctl` do not read this.
 * @param text of `/etc/containerd/config.toml`; undefined: there is none
 * @throws TomlError, ClientFileError when that would need more than a line
 */
export function withConfigPath(text: string | undefined): ConfigPath {
  const statements = tomlStatements(text ?? '');
  if (text === undefined || statements.length === 0)
    return withTable(`${text ?? ''}version = ${NEW_FILE}\n`, NEW_FILE);
  const version =
    statements.find(({ kind, path }) => kind === 'key' && path.join('.') === 'version')?.value ?? '1';
  const plugin = PLUGINS[version];
  if (plugin === undefined) {
    throw new ClientFileError(`config.toml has version ${version}, which is not known here`, {
      hint: `set config_path to ${CERTS_FOLDER} in the registry part of its CRI plugin`,
    });
  }
  if (isOff(statements, plugin)) return { folder: CERTS_FOLDER, text };
  const registry = ['plugins', plugin, 'registry'];
  refuseOthers(statements, registry);
  const key = statements.find(
    ({ kind, path }) => kind === 'key' && isSame(path, [...registry, 'config_path']),
  );
  if (key !== undefined) return withValue(text, key);
  const table = statements.find(({ kind, path }) => kind === 'table' && isSame(path, registry));
  return table === undefined ? withTable(text, version) : withLine(text, table);
}

/** Docker's own package of containerd comes with the plugin off: then nobody reads `config_path`. */
function isOff(statements: readonly TomlStatement[], plugin: string): boolean {
  const off = statements.find(({ path }) => path.join('.') === 'disabled_plugins')?.value ?? '';
  return [plugin, 'cri'].some((name) => off.includes(`"${name}"`) || off.includes(`'${name}'`));
}

/** containerd does not start with both ways of naming mirrors; and a table written on one line cannot get a second one. */
function refuseOthers(statements: readonly TomlStatement[], registry: readonly string[]): void {
  const old = [...registry, 'mirrors'];
  const mirrors = statements.find(({ path }) => isSame(path.slice(0, old.length), old));
  if (mirrors !== undefined) {
    throw new ClientFileError(
      'config.toml names mirrors in the old way (registry.mirrors), which excludes config_path',
      {
        hint: `move them to ${CERTS_FOLDER}/HOST/hosts.toml, or take them out`,
      },
    );
  }
  const inline = statements.find(
    ({ kind, path }) =>
      kind === 'key' && path.length <= registry.length && isSame(path, registry.slice(0, path.length)),
  );
  if (inline !== undefined) {
    throw new ClientFileError(`config.toml has ${inline.path.join('.')} on one line, in braces`, {
      hint: `add config_path = "${CERTS_FOLDER}" to its registry part by hand`,
    });
  }
}

function withValue(text: string, key: TomlStatement): ConfigPath {
  const folders = key.value.replace(/^["']+|["']+$/g, '');
  const folder = folders.split(':')[0] ?? '';
  if (folder !== '') return { folder, text };
  const end = key.valueStart + key.value.length;
  const changed = `${text.slice(0, key.valueStart)}${tomlString(CERTS_FOLDER)}${text.slice(end)}`;
  return { folder: CERTS_FOLDER, text: changed };
}

function withLine(text: string, table: TomlStatement): ConfigPath {
  const lineEnd = text.slice(table.start, table.end).endsWith('\r\n') ? '\r\n' : '\n';
  const indent = /[ \t]*$/.exec(text.slice(0, table.start))?.[0] ?? '';
  const before = text.slice(0, table.end);
  const line = `${indent}  config_path = ${tomlString(CERTS_FOLDER)}${lineEnd}`;
  return { folder: CERTS_FOLDER, text: `${endedWith(before, lineEnd)}${line}${text.slice(table.end)}` };
}

function withTable(text: string, version: string): ConfigPath {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const plugin = PLUGINS[version] ?? '';
  const name = plugin.includes('.') ? tomlString(plugin) : plugin;
  const table = ['', `[plugins.${name}.registry]`, `  config_path = ${tomlString(CERTS_FOLDER)}`, ''].join(
    lineEnd,
  );
  return { folder: CERTS_FOLDER, text: `${endedWith(text, lineEnd)}${table}` };
}

function endedWith(text: string, lineEnd: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}${lineEnd}`;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}
