import { posix } from 'node:path';
import type { Relatives, ScanInput } from '../findings.js';
import { beside, foldersAbove } from '../text/paths.js';
import { parseYaml } from '../text/yaml-documents.js';
import { type Layer, layerOf, mergeLayers } from './ansible-scope.js';

/** The role that a file belongs to: `roles/NAME/tasks/main.yml`, and also a role by itself. */
function roleOf(path: string): string | undefined {
  const parts = path.split('/');
  const at = Math.max(parts.lastIndexOf('tasks'), parts.lastIndexOf('handlers'));
  return at < 0 ? undefined : parts.slice(0, at).join('/') || '.';
}

/** The files that give variables to a playbook or to a role's tasks (Ansible, "Understanding variable precedence"). */
export function variableFiles({ path, text }: ScanInput): Relatives {
  const role = roleOf(path);
  const ofRole = role === undefined ? [] : [posix.join(role, 'defaults'), posix.join(role, 'vars')];
  const groups = foldersAbove(path).flatMap((folder) => [
    posix.join(folder, 'group_vars'),
    posix.join(folder, 'group_vars', 'all'),
  ]);
  const folders = [...ofRole, ...groups].map((folder) => ({ path: folder, endings: ['.yml', '.yaml'] }));
  return { files: playFiles(path, text), folders };
}

/** The files of `vars_files`, as far as their names are plain. */
function playFiles(path: string, text: string): string[] {
  if (!text.includes('vars_files')) return [];
  return parseYaml(text).documents.flatMap((tree) =>
    tree.items(tree.root).flatMap((play) =>
      tree
        .items(tree.get(play, 'vars_files'))
        .map((item) => tree.text(item)?.value ?? '')
        .filter((name) => name !== '' && !name.includes('{{'))
        .map((name) => beside(path, name)),
    ),
  );
}

/**
 * The layers of variables outside of a file, what counts most first: `vars_files`, `vars` of the role, `group_vars`, those in `all` after
 * the others, `defaults` of the role.
 */
export function variableLayers({ path, text, related }: ScanInput): Layer[] {
  const role = roleOf(path);
  const files = new Set(playFiles(path, text));
  const layers: [Layer[], Layer[], Layer[], Layer[], Layer[]] = [[], [], [], [], []];
  for (const [file, content] of related) {
    const folder = posix.dirname(file);
    const isAll = /(?:^|\/)group_vars\/all(?:\/|\.ya?ml$)/.test(file);
    const rank = files.has(file)
      ? 0
      : role !== undefined && folder === posix.join(role, 'vars')
        ? 1
        : role !== undefined && folder === posix.join(role, 'defaults')
          ? 4
          : isAll
            ? 3
            : 2;
    for (const tree of parseYaml(content).documents)
      layers[rank]?.push(layerOf(tree, tree.root, posix.relative(posix.dirname(path), file)));
  }
  return layers.map(mergeLayers);
}
