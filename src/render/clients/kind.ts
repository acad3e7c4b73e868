import { shellWord } from '../shell-word.js';
import { renderTemplate } from '../template.js';
import { CERTS_FOLDER } from './containerd-config.js';
import { hostsFiles } from './hosts-toml.js';
import { addressOf, type MirrorAccess } from './mirror-access.js';

/** Where a node has the authority of the mirror. */
const NODE_CA = `${CERTS_FOLDER}/docker-mirror-ca.crt`;

/** The configuration of a cluster whose nodes read `certs.d`. */
export function kindConfig(access: MirrorAccess): string {
  return renderTemplate('clients/kind.yaml.hbs', { url: addressOf(access) }, shellWord);
}

/**
 * A shell script that puts the files of hosts into every node of a cluster; they are read at each pull. Its first argument is the cluster's
 * name, `kind` when absent.
 */
export function kindNodes(access: MirrorAccess): string {
  const inNode = access.ca === undefined ? access : { ...access, ca: NODE_CA };
  const files = hostsFiles(inNode, CERTS_FOLDER).flatMap(({ path, content }) => [
    `  docker exec "$node" mkdir -p ${shellWord(path.slice(0, path.lastIndexOf('/')))}`,
    `  printf %s ${shellWord(content)} | docker exec -i "$node" sh -c ${shellWord(`cat >${shellWord(path)}`)}`,
  ]);
  const authority = [
    `  docker exec "$node" mkdir -p ${CERTS_FOLDER}`,
    `  docker cp ${shellWord(access.ca ?? '')} "$node":${NODE_CA}`,
  ];
  return [
    '#!/bin/sh',
    `# Has the nodes of a cluster of kind pull through the mirror at ${shellWord(addressOf(access))}.`,
    'set -eu',
    'cluster=kind',
    '[ "$#" -eq 0 ] || cluster=$1',
    'nodes=$(kind get nodes --name "$cluster")',
    'for node in $nodes; do',
    ...(access.ca === undefined ? [] : authority),
    ...files,
    `  echo "$node pulls through "${shellWord(addressOf(access))}`,
    'done',
    '',
  ].join('\n');
}
