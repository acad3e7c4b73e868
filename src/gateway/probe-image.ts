import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Digest } from '../oci/digest.js';
import type { Target } from './naming.js';

/** The namespace of probe images. No user of Docker Hub can have a name with a hyphen, so nothing is hidden by it. */
const NAMESPACE = 'docker-mirror-probe';
const REPOSITORY = new RegExp(`^${NAMESPACE}/([0-9a-f]{32})$`);

/** The tags of a probe image: one for each architecture, as an engine takes no image of another one. */
export const PROBE_ARCHITECTURES = ['amd64', 'arm64', 'arm', '386', 'ppc64le', 'riscv64', 's390x'] as const;

/** Content of a probe image. */
export interface ProbeContent {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** A tiny image that is nowhere but here. */
export interface ProbeImage {
  readonly manifest: ProbeContent;
  /** Its config and its layer. */
  readonly blobs: readonly ProbeContent[];
}

/** Which probe image a name means, through whatever upstream's name; undefined for all other images. */
export function nonceOf({ remote, named }: Pick<Target, 'remote' | 'named'>): string | undefined {
  return REPOSITORY.exec(remote?.repository ?? named)?.[1];
}

/**
 * The image of a nonce (Docker image manifest version 2, schema 2, which every engine takes): the same bytes each time, so that nothing of
 * it has to be kept. No engine has it already when the nonce is new, and no registry can give it but this mirror.
 */
export function probeImage(nonce: string, architecture: string): ProbeImage {
  const archive = oneFile('docker-mirror-probe', `${nonce}\n`);
  const layer = content('application/vnd.docker.image.rootfs.diff.tar.gzip', gzipSync(archive, { level: 9 }));
  const config = json('application/vnd.docker.container.image.v1+json', {
    architecture,
    os: 'linux',
    config: { Labels: { 'docker-mirror.probe': nonce } },
    rootfs: { type: 'layers', diff_ids: [sha256(archive)] },
  });
  const manifest = json('application/vnd.docker.distribution.manifest.v2+json', {
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: descriptor(config),
    layers: [descriptor(layer)],
  });
  return { manifest, blobs: [config, layer] };
}

function descriptor({ mediaType, digest, bytes }: ProbeContent): object {
  return { mediaType, digest, size: bytes.length };
}

function json(mediaType: string, value: object): ProbeContent {
  return content(mediaType, Buffer.from(JSON.stringify(value)));
}

function content(mediaType: string, bytes: Buffer): ProbeContent {
  return { mediaType, digest: sha256(bytes), bytes };
}

function sha256(bytes: Buffer): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest;
}

const BLOCK = 512;

/** An archive with one small file (ustar, POSIX.1-1988): owner 0, time 0. */
function oneFile(name: string, text: string): Buffer {
  const archive = Buffer.alloc(4 * BLOCK);
  const field = (offset: number, digits: number, value: number) =>
    archive.write(`${value.toString(8).padStart(digits, '0')}\0`, offset, 'latin1');
  archive.write(name, 0);
  field(100, 7, 0o444);
  field(108, 7, 0);
  field(116, 7, 0);
  field(124, 11, Buffer.byteLength(text));
  field(136, 11, 0);
  archive.write('0', 156);
  archive.write('ustar\x0000', 257, 'latin1');
  // The checksum counts its own field as blanks.
  archive.fill(' ', 148, 156);
  field(
    148,
    6,
    archive.subarray(0, BLOCK).reduce((sum, byte) => sum + byte, 0),
  );
  archive.write(text, BLOCK);
  return archive;
}
