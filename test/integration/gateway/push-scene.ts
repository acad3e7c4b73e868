import { mkdir, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { createAuthenticator } from '#src/gateway/authentication.js';
import { createGateway } from '#src/gateway/gateway.js';
import { openListeners } from '#src/gateway/listeners.js';
import { jsonLogger } from '#src/host/log.js';
import { watchList } from '#src/images/list-watcher.js';
import type { Digest } from '#src/oci/digest.js';
import { OCI_MANIFEST } from '#src/oci/media-type.js';
import type { EngineConfig } from '#src/settings/engine-config.js';
import { createDistributionStore } from '#src/store/distribution.js';
import type { Store } from '#src/store/port.js';
import { createUpstream } from '#src/upstream/upstream.js';
import { asPart, Parts } from '../../parts/cleanup.js';
import { type Answer, request, type TestRequest } from '../../parts/http.js';
import {
  digestOf,
  type ScriptedRegistry,
  type ScriptedRegistryOptions,
  startScriptedRegistry,
} from '../../parts/scripted-registry.js';
import { tempFolder } from '../../parts/temp.js';
import { waitFor } from '../../parts/wait.js';
import { testEngineConfig } from './engine-config.js';

/** What differs from a mirror of Docker Hub that anybody on this machine may push to. */
export interface PushSceneOptions {
  /** Hosts of upstreams. The first one is the default; each has a scripted registry of its own. */
  readonly hosts?: readonly string[];
  /** No upstream is the default one. */
  readonly noDefault?: boolean;
  readonly registry?: ScriptedRegistryOptions;
  readonly mirror?: Partial<EngineConfig['mirror']>;
  readonly http?: Partial<EngineConfig['http']>;
  readonly storage?: Partial<EngineConfig['storage']>;
  /** Lines of an htpasswd file. */
  readonly users?: string;
  /** Lines of a list of images. */
  readonly images?: string;
  /** The address clients seem to come from. */
  readonly from?: string;
}

/** A mirror in this process and the registries it fetches from. */
export interface PushScene {
  readonly url: string;
  readonly store: Store;
  /** The only thing in its folder besides the files that `users` and `images` stand for. */
  readonly root: string;
  /** The registry of the first host. */
  readonly hub: ScriptedRegistry;
  registry(host: string): ScriptedRegistry;
  send(path: string, options?: TestRequest): Promise<Answer>;
  put(path: string, body: Uint8Array | string, type?: string): Promise<Answer>;
}

/** Runs a test with a scene of its own, which is gone afterwards even when the test fails. */
export function pushScene(
  body: (scene: PushScene) => Promise<void>,
  options: PushSceneOptions = {},
): () => Promise<void> {
  return async () => {
    await using parts = new Parts();
    await body(await open(options, parts));
  };
}

async function open(options: PushSceneOptions, parts: Parts): Promise<PushScene> {
  const folder = parts.add(await tempFolder('push'));
  const root = folder.file('registry');
  await mkdir(root);
  const registries = new Map<string, ScriptedRegistry>();
  for (const host of options.hosts ?? ['docker.io']) {
    const registry = await startScriptedRegistry(options.registry);
    parts.add(asPart(() => registry.close()));
    registries.set(host, registry);
  }
  const { url, store } = await openMirror(options, parts, root, registries);
  const registry = (host: string) => {
    const found = registries.get(host);
    if (found === undefined) throw new Error(`the scene has no ${host}`);
    return found;
  };
  const send = (path: string, sent?: TestRequest) => request(`${url}${path}`, sent);
  return {
    url,
    store,
    root,
    registry,
    send,
    get hub() {
      return registry(options.hosts?.[0] ?? 'docker.io');
    },
    put: (path, content, type = OCI_MANIFEST) =>
      send(path, { method: 'PUT', body: content, headers: { 'content-type': type } }),
  };
}

/** As `src/cli/start-engine.ts` wires it. */
async function openMirror(
  options: PushSceneOptions,
  parts: Parts,
  root: string,
  registries: ReadonlyMap<string, ScriptedRegistry>,
): Promise<{ url: string; store: Store }> {
  const folder = join(root, '..');
  const users = await fileWith(join(folder, 'htpasswd'), options.users);
  const images = await fileWith(join(folder, 'images'), options.images);
  const config = testEngineConfig({
    ...options,
    root,
    log: 'error',
    upstreams: [...registries].map(([host, { endpoint }]) => ({ host, endpoint })),
    htpasswd: users === undefined ? undefined : { realm: 'mirror', path: users },
    mirror: { revalidate: 0, images, ...options.mirror },
  });
  const logger = jsonLogger({ level: 'error', fields: {} }, { write: () => undefined });
  const store = createDistributionStore({ rootDirectory: root });
  parts.add(asPart(() => store.close()));
  const credentials = { file: undefined, find: async () => undefined };
  const limits = { backoff: 1 };
  const upstreams = new Map(
    config.upstreams.map((each) => [
      each.host,
      createUpstream(each, { credentials, logger, limits, env: {} }),
    ]),
  );
  for (const upstream of upstreams.values()) parts.add(asPart(() => upstream.close()));
  const onProblem = (error: Error) => logger.error({ err: error }, 'problem');
  const authenticator = await createAuthenticator(config.htpasswd, { onProblem });
  parts.add(asPart(() => authenticator.close()));
  const list = await watchList(images, logger);
  parts.add(asPart(async () => list.close()));
  const patience = { attempts: 2, pause: 1 };
  const alias = (name: string) => list.alias(name);
  const gateway = createGateway({ config, store, upstreams, authenticator, alias, logger, patience });
  parts.add(asPart(() => gateway.close()));
  const handle = options.from === undefined ? gateway.handle : seemingFrom(options.from, gateway.handle);
  const listeners = await openListeners(config.http, handle, { onProblem });
  parts.add(asPart(() => listeners.close(0)));
  return { url: `http://127.0.0.1:${listeners.addresses[0]?.port}`, store };
}

/** Tests listen on loopback only, so that a client elsewhere has to be made up: what its socket says of it is replaced. */
function seemingFrom(address: string, handle: RequestListener): RequestListener {
  return (incoming, response) => {
    Object.defineProperty(incoming.socket, 'remoteAddress', { value: address, configurable: true });
    handle(incoming, response);
  };
}

async function fileWith(path: string, text: string | undefined): Promise<string | undefined> {
  if (text === undefined) return undefined;
  await writeFile(path, text);
  return path;
}

/** An image of one layer, as bytes. */
export interface TestImage {
  readonly config: Buffer;
  readonly layer: Buffer;
  readonly manifest: Buffer;
  readonly digest: Digest;
}

/** Makes an image whose content depends on `seed` alone. `more` are further members of its manifest. */
export function imageOf(seed: string, more: object = {}): TestImage {
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', seed }));
  const layer = Buffer.from(`the layer of ${seed}`);
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: describe(config, 'application/vnd.oci.image.config.v1+json'),
      layers: [describe(layer, 'application/vnd.oci.image.layer.v1.tar')],
      ...more,
    }),
  );
  return { config, layer, manifest, digest: digestOf(manifest) };
}

/** A descriptor of some bytes. */
export function describe(bytes: Buffer, mediaType: string = OCI_MANIFEST) {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

/** Puts an image into a scripted registry. */
export function publish(registry: ScriptedRegistry, name: string, tag: string, image: TestImage): void {
  registry.library.addBlob(name, image.config);
  registry.library.addBlob(name, image.layer);
  registry.library.addManifest(name, image.manifest, tag);
}

/** Resolves when a repository has a blob: a client may have all of it a moment before. */
export async function untilLinked(scene: PushScene, name: string, blob: Digest): Promise<void> {
  await waitFor(() => scene.store.repositories.hasLayer(name, blob), {
    what: `${name} has ${blob}`,
    interval: 5,
  });
}

/** Pushes a blob in one request. */
export function pushBlob(
  scene: PushScene,
  name: string,
  bytes: Buffer,
  more: TestRequest = {},
): Promise<Answer> {
  const path = `/v2/${name}/blobs/uploads/?digest=${digestOf(bytes)}`;
  return scene.send(path, { method: 'POST', body: bytes, ...more });
}

/** Pushes an image the way clients do: its blobs, then its manifest, whose answer is returned. */
export async function pushImage(
  scene: PushScene,
  name: string,
  reference: string,
  image: TestImage,
): Promise<Answer> {
  await pushBlob(scene, name, image.config);
  await pushBlob(scene, name, image.layer);
  return scene.put(`/v2/${name}/manifests/${reference}`, image.manifest);
}

/** The first error of an answer; undefined when it holds no OCI error document. */
export function errorOf(answer: Answer): { code: string; message: string; detail?: unknown } | undefined {
  if (answer.body.length === 0 || answer.header('content-type')?.startsWith('application/json') !== true)
    return;
  return (answer.json() as { errors?: { code: string; message: string }[] }).errors?.[0];
}

/** Status and error code, to compare in one go. */
export function verdict(answer: Answer): [number, string | undefined] {
  return [answer.status, errorOf(answer)?.code];
}
