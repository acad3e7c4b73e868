import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { type LastUpdate, readLastUpdate } from '#src/images/last-update.js';
import { readPause } from '#src/images/update-pause.js';
import { type Layout, layoutOf } from '#src/render/layout.js';
import { asPart, Parts } from '../../parts/cleanup.js';
import { type AnyImage, blobsOf, manifestsOf } from '../../parts/images.js';
import { MAIN, type Mirror, type MirrorOptions, startMirror } from '../../parts/mirror.js';
import { type Daemon, startDaemon } from '../../parts/process.js';
import {
  type RecordedRequest,
  type ScriptedRegistry,
  type ScriptedRegistryOptions,
  startScriptedRegistry,
} from '../../parts/scripted-registry.js';
import { tempFolder } from '../../parts/temp.js';

/** What a command did. */
export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** A mirror that runs in a folder as `start` leaves it, and its upstreams, Docker Hub and ghcr.io in one. */
export interface Updating {
  readonly parts: Parts;
  readonly hub: ScriptedRegistry;
  readonly mirror: Mirror;
  readonly layout: Layout;
  /** The environment of commands: no settings but those of the test. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs `docker-mirror WORDS --path FOLDER` to its end. */
  run(...words: string[]): Promise<Outcome>;
  /** Begins an update that runs until it is stopped or over, and resolves when it runs, or waits. */
  begin(...words: string[]): Promise<Daemon>;
  /** Writes the list of images to keep. */
  list(...lines: string[]): Promise<void>;
  last(): Promise<LastUpdate | undefined>;
  /** Forgets what the upstream was asked so far. */
  forget(): void;
  /** What the upstream was asked about content, such as `HEAD /v2/a/manifests/1`. */
  asked(): string[];
}

/** Settings under which nothing is kept ready but what the list names. */
const SETTINGS = 'CONFIG_DOCKER_MIRROR_PORT=5999\n# CONFIG_DOCKER_MIRROR_PRELOAD_IMAGES is not set\n';

/** Runs a test with such a mirror, which is gone afterwards even when the test fails. */
export function updating(
  body: (scene: Updating) => Promise<void>,
  options: Omit<MirrorOptions, 'upstreams'> & {
    readonly settings?: string;
    /** Another upstream than the scripted one, for both hosts. */
    readonly endpoint?: string;
    /** How the scripted one behaves. */
    readonly hub?: ScriptedRegistryOptions;
  } = {},
): () => Promise<void> {
  return async () => {
    await using parts = new Parts();
    const hub = await startScriptedRegistry(options.hub);
    parts.add(asPart(() => hub.close()));
    const folder = parts.add(await tempFolder('dm-updating'));
    const layout = layoutOf(folder.file('mirror'));
    for (const path of [layout.configFolder, layout.images, layout.logs, layout.run]) {
      await mkdir(path, { recursive: true });
    }
    const endpoint = options.endpoint ?? hub.endpoint.href;
    const upstreams = ['docker.io', 'ghcr.io'].map((host) => ({ host, endpoint }));
    const { settings = SETTINGS, endpoint: _endpoint, hub: _hub, ...others } = options;
    const mirror = parts.add(
      await startMirror({ rootDirectory: layout.registry, images: layout.manifest, ...others, upstreams }),
    );
    await copyFile(mirror.config, layout.config);
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder.path,
      KCONFIG_CONFIG: folder.file('.config'),
    };
    await writeFile(env.KCONFIG_CONFIG, settings);
    const words = (...all: string[]) => [MAIN, ...all, '--path', layout.root];
    await body({
      parts,
      hub,
      mirror,
      layout,
      env,
      run: (...all) => run(words(...all), env),
      begin: async (...more) =>
        parts.add(
          await startDaemon({
            name: 'docker-mirror update',
            program: process.execPath,
            args: words('update', ...more),
            env,
            ready: async () =>
              (await readLastUpdate(layout.update))?.result === 'running' ||
              (await readPause(layout.updateWaits)) !== undefined,
          }),
        ),
      list: (...lines) => writeFile(layout.manifest, `${lines.join('\n')}\n`),
      last: () => readLastUpdate(layout.update),
      forget: () => {
        hub.requests.length = 0;
      },
      asked: () => hub.requests.filter(({ path }) => /manifests|blobs/.test(path)).map(inShort),
    });
  };
}

/** Puts an image into the upstream. */
export function addImage(hub: ScriptedRegistry, repository: string, tag: string, image: AnyImage): void {
  for (const { bytes } of blobsOf(image)) hub.library.addBlob(repository, bytes);
  for (const { bytes, mediaType, digest } of manifestsOf(image)) {
    const isRoot = digest === image.manifest.digest;
    hub.library.addManifest(repository, bytes, isRoot ? tag : undefined, mediaType);
  }
}

/** The text of the log of an update. */
export async function logOf(update: LastUpdate | undefined): Promise<string> {
  return await readFile(update?.log ?? '', 'utf8');
}

function inShort({ method, path }: RecordedRequest): string {
  return `${method} ${path}`;
}

function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env, cwd: '/' }, (error, out, err) =>
      resolve({ status: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err }),
    );
  });
}
