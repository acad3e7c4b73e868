import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OCI_MANIFEST } from '#src/oci/media-type.js';
import { DATA_FOLDER } from '../peers/peer.js';
import { check, record } from '../result.js';
import { startServer } from '../server.js';
import type { Row } from './row.js';

/**
 * From the start of the process until `/v2/` answers, with many repositories in the store, each with a tag, a manifest of its
 * own, a config and a layer. nginx has no repositories and is left out.
 */
export const start: Row = {
  name: 'start',
  title: 'Start with 10,000 repositories',
  async run(bench) {
    const time = record('until /v2/ answers', 's');
    const count = bench.options.sizes.repositories;
    const peers = bench.peers.filter(({ name }) => name === 'mirror' || name === 'stock');
    const folders = new Map<string, string>();
    for (const { name } of peers) {
      bench.progress(`filling a store with ${count} repositories for ${name}`);
      const folder = bench.scratch.newFolder(name);
      fillStore(join(folder, DATA_FOLDER), count);
      folders.set(name, folder);
    }
    await bench.resetUpstream(0);
    for (let round = 1; round <= bench.options.rounds; round++) {
      for (const peer of peers) {
        const folder = folders.get(peer.name);
        if (folder === undefined) continue;
        bench.progress(`start, round ${round}: ${peer.name}`);
        const server = await startServer(bench.scratch, peer, bench.upstream, folder);
        await server.end();
        time.add(peer.name, server.startedIn / 1000);
      }
    }
    for (const folder of folders.values()) bench.scratch.removeFolder(folder);
    return {
      recorders: [time],
      checks: [check('until /v2/ answers: mirror', time.median('mirror'), '≤', 1, 's')],
    };
  },
};

/** Writes repositories as the Distribution filesystem driver lays them out. */
function fillStore(data: string, count: number): void {
  const root = join(data, 'docker/registry/v2');
  const config = writeBlob(
    root,
    Buffer.from('{"architecture":"amd64","os":"linux","rootfs":{"type":"layers"}}'),
  );
  const layer = writeBlob(root, Buffer.from('a layer all repositories share'));
  for (let i = 0; i < count; i++) {
    const repository = join(root, 'repositories', `team-${i % 100}`, `app-${i}`);
    const manifest = writeBlob(root, manifestOf(config, layer, i));
    writeLink(join(repository, '_layers/sha256', config.hex), config.hex);
    writeLink(join(repository, '_layers/sha256', layer.hex), layer.hex);
    writeLink(join(repository, '_manifests/revisions/sha256', manifest.hex), manifest.hex);
    writeLink(join(repository, '_manifests/tags/latest/index/sha256', manifest.hex), manifest.hex);
    writeLink(join(repository, '_manifests/tags/latest/current'), manifest.hex);
  }
}

interface Written {
  readonly hex: string;
  readonly size: number;
}

function writeBlob(root: string, bytes: Buffer): Written {
  const hex = createHash('sha256').update(bytes).digest('hex');
  const folder = join(root, 'blobs/sha256', hex.slice(0, 2), hex);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'data'), bytes);
  return { hex, size: bytes.length };
}

function writeLink(folder: string, hex: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'link'), `sha256:${hex}`);
}

function manifestOf(config: Written, layer: Written, number: number): Buffer {
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: descriptor('application/vnd.oci.image.config.v1+json', config),
      layers: [descriptor('application/vnd.oci.image.layer.v1.tar', layer)],
      annotations: { number: String(number) },
    }),
  );
}

function descriptor(mediaType: string, { hex, size }: Written) {
  return { mediaType, digest: `sha256:${hex}`, size };
}
