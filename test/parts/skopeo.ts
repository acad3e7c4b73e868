import { type RunResult, run } from '#src/host/exec.js';
import { asPart, Parts } from './cleanup.js';
import { type RegistriesOptions, writeRegistriesConf } from './registries-conf.js';
import { type TempFolder, tempFolder } from './temp.js';

/** skopeo with its own configuration. */
export interface Skopeo extends AsyncDisposable {
  /** Where it may write. */
  readonly folder: TempFolder;
  /**
   * Runs skopeo with these arguments.
   * @throws CommandError
   */
  skopeo(...args: string[]): Promise<RunResult>;
  close(): Promise<void>;
}

/** Makes a skopeo with its own registries.conf. */
export async function startSkopeo(options: RegistriesOptions = {}): Promise<Skopeo> {
  const parts = new Parts();
  const folder = parts.add(await tempFolder('dm-skopeo'));
  const env = await writeRegistriesConf(folder, options);
  // skopeo 1.9 does not read CONTAINERS_REGISTRIES_CONF.
  const conf = ['--registries-conf', env['CONTAINERS_REGISTRIES_CONF'] ?? ''];
  const own = ['--insecure-policy', '--tmpdir', folder.path, ...conf];
  return {
    folder,
    skopeo: (...args) => run('skopeo', [...own, ...args], { env, timeout: 60_000 }),
    ...asPart(() => parts.close()),
  };
}
