import { mkdir, writeFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { type RunResult, run } from '#src/host/exec.js';
import { layoutOf } from '#src/render/layout.js';
import { createDistributionStore } from '#src/store/distribution.js';
import type { Store } from '#src/store/port.js';
import { asPart, type Part, Parts } from './cleanup.js';
import { MAIN, type MirrorUpstream } from './mirror.js';
import { tempFolder } from './temp.js';

/** A mirror's folder with a configuration and a store, whether a mirror runs or not. */
export interface MirrorFolder extends Part {
  readonly root: string;
  readonly layout: ReturnType<typeof layoutOf>;
  readonly upstreams: readonly MirrorUpstream[];
  /** To fill it, and to look into it. */
  readonly store: Store;
  /** The whole environment of commands. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Runs `docker-mirror` on it, with these statuses besides 0 for a result.
   * @throws CommandError
   */
  command(words: readonly string[], accept?: readonly number[]): Promise<RunResult>;
}

/** Nothing listens there: whatever is served came from the store. */
const NOWHERE = 'http://127.0.0.1:9';

/** Makes one. */
export async function mirrorFolder(
  upstreams: readonly MirrorUpstream[] = [{ host: 'docker.io', endpoint: NOWHERE }],
): Promise<MirrorFolder> {
  const parts = new Parts();
  const folder = parts.add(await tempFolder('dm-folder'));
  const layout = layoutOf(folder.file('mirror'));
  await mkdir(layout.configFolder, { recursive: true });
  await mkdir(layout.registry, { recursive: true });
  const configuration = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: layout.registry } },
    http: { addr: '127.0.0.1:0' },
    mirror: { upstreams, images: layout.manifest },
  };
  await writeFile(layout.config, stringify(configuration));
  const store = createDistributionStore({ rootDirectory: layout.registry });
  parts.add(asPart(() => store.close()));
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder.path,
    KCONFIG_CONFIG: folder.file('.config'),
    DOCKER_MIRROR_PATH: layout.root,
  };
  return {
    root: layout.root,
    layout,
    upstreams,
    store,
    env,
    command: (words, accept = []) =>
      run(process.execPath, [MAIN, ...words], { env, accept, timeout: 60_000 }),
    ...asPart(() => parts.close()),
  };
}
