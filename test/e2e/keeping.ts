import assert from 'node:assert/strict';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { type RunResult, run } from '#src/host/exec.js';
import { type LastUpdate, readLastUpdate } from '#src/images/last-update.js';
import { type Layout, layoutOf } from '#src/render/layout.js';
import { asPart, type Part, Parts } from '../parts/cleanup.js';
import { MAIN, type Mirror, type MirrorOptions, startMirror } from '../parts/mirror.js';
import { type Daemon, startDaemon } from '../parts/process.js';
import { tempFolder } from '../parts/temp.js';

/** A mirror that keeps images ready: its folder is as `start` leaves it, and the mirror runs. */
export interface Keeping extends Part {
  readonly mirror: Mirror;
  readonly layout: Layout;
  /** Writes the list of images to keep. */
  list(...images: string[]): Promise<void>;
  /** Runs `docker-mirror update` to its end; with these statuses besides 0 for a result. */
  update(accept?: readonly number[]): Promise<RunResult>;
  /** Begins an update that runs until it is over or stopped. */
  begin(): Promise<Daemon>;
  last(): Promise<LastUpdate>;
}

/** What is configured besides what a mirror is by itself. */
export interface KeepingOptions extends Omit<MirrorOptions, 'rootDirectory' | 'images'> {
  /** Blobs that are fetched at once; 3 when absent. */
  readonly parallel?: number;
  /** Where the store is; in the mirror's folder when absent. */
  readonly registry?: string;
}

/** Starts one. Nothing is kept ready but what the list names. */
export async function startKeeping(options: KeepingOptions): Promise<Keeping> {
  const parts = new Parts();
  try {
    const folder = parts.add(await tempFolder('dm-keeping'));
    const layout = layoutOf(folder.file('mirror'));
    for (const path of [layout.configFolder, layout.images, layout.logs, layout.run]) {
      await mkdir(path, { recursive: true });
    }
    const { parallel = 3, registry = layout.registry, ...others } = options;
    const mirror = parts.add(
      await startMirror({ ...others, rootDirectory: registry, images: layout.manifest }),
    );
    await copyFile(mirror.config, layout.config);
    const settings = folder.file('.config');
    await writeFile(settings, settingsText(parallel));
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder.path, KCONFIG_CONFIG: settings };
    const words = [MAIN, 'update', '--path', layout.root];
    const last = async () => {
      const update = await readLastUpdate(layout.update);
      assert.ok(update, 'there was an update');
      return update;
    };
    return {
      mirror,
      layout,
      list: (...images) => writeFile(layout.manifest, `${images.join('\n')}\n`),
      update: (accept = []) => run(process.execPath, words, { env, accept, timeout: 120_000 }),
      begin: async () =>
        parts.add(
          await startDaemon({
            name: 'docker-mirror update',
            program: process.execPath,
            args: words,
            env,
            ready: async () => (await readLastUpdate(layout.update))?.result === 'running',
          }),
        ),
      last,
      ...asPart(() => parts.close()),
    };
  } catch (error) {
    await parts.close();
    throw error;
  }
}

/** Each list of images of the settings is off, and what they would make of the listed ones stays on. */
function settingsText(parallel: number): string {
  const names = 'MINIO MILVUS POSTGRES MYSQL MARIADB REDIS ELASTICSEARCH VLLM LMCACHE ETCD REGISTRY';
  const off = names.split(' ').map((name) => `# CONFIG_DOCKER_MIRROR_PRELOAD_${name} is not set`);
  return [...off, `CONFIG_DOCKER_MIRROR_PREFETCH_PARALLEL=${parallel}`, ''].join('\n');
}
