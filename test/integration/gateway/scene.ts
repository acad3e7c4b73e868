import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '#src/oci/digest.js';
import { blobData } from '#src/store/layout.js';
import { asPart, Parts } from '../../parts/cleanup.js';
import {
  type ScriptedRegistry,
  type ScriptedRegistryOptions,
  startScriptedRegistry,
} from '../../parts/scripted-registry.js';
import { waitFor } from '../../parts/wait.js';
import { startMirror, type TestMirror, type TestMirrorOptions } from './mirror.js';

/** A mirror and the registry it fetches from, which is its default upstream, Docker Hub. */
export interface Scene {
  readonly mirror: TestMirror;
  readonly hub: ScriptedRegistry;
  /** Takes charge of further parts. */
  readonly parts: Parts;
}

/** What differs from the usual scene. */
export interface SceneOptions extends Omit<TestMirrorOptions, 'upstreams'> {
  readonly hub?: ScriptedRegistryOptions;
}

/** Runs a test with a fresh scene, which is gone afterwards even when the test fails. */
export function scene(
  body: (scene: Scene) => Promise<void>,
  options: SceneOptions = {},
): () => Promise<void> {
  return async () => {
    await using parts = new Parts();
    const hub = await startScriptedRegistry(options.hub);
    parts.add(asPart(() => hub.close()));
    const upstreams = [{ host: 'docker.io', endpoint: hub.endpoint }];
    const mirror = parts.add(await startMirror({ ...options, upstreams }));
    await body({ mirror, hub, parts });
  };
}

/** Runs a test with parts of its own. */
export function withParts(body: (parts: Parts) => Promise<void>): () => Promise<void> {
  return async () => {
    await using parts = new Parts();
    await body(parts);
  };
}

/** Where a blob's bytes are on the disk when it is visible. */
export function blobFile(mirror: TestMirror, digest: Digest): string {
  return join(mirror.root, blobData(digest));
}

/** Resolves when a blob is visible in the store. */
export async function untilStored(mirror: TestMirror, digest: Digest): Promise<void> {
  await waitFor(async () => (await mirror.store.blobs.stat(digest)) !== undefined, {
    what: `${digest} is stored`,
    interval: 5,
  });
}

/** Resolves when what was answered is written: manifests are served a moment before, and lists wait for them. */
export async function untilKept(server: { send(path: string): Promise<unknown> }): Promise<void> {
  await server.send('/v2/_catalog?n=1');
}

/** Every visible file of the layout below the root: blobs and links, and not what is on its way. */
export async function visibleFiles(mirror: TestMirror): Promise<string[]> {
  const entries = await readdir(mirror.root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(mirror.root.length + 1))
    .filter((path) => !path.includes('/_mirror/'))
    .sort();
}

/** The code of the first error in an OCI error document. */
export function errorCodeOf(answer: { json(): unknown }): string | undefined {
  return (answer.json() as { errors?: { code?: string }[] }).errors?.[0]?.code;
}

/** The lines of a log with that message. */
export function lines(mirror: TestMirror, message: string): Record<string, unknown>[] {
  return mirror.log
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ msg }) => msg === message);
}
