import { readdir, rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { errorCode, isMissing } from '../errors.js';
import { asFileError } from '../host/files.js';
import { isUntouched } from '../render/apply.js';
import { type Layout, layoutOf } from '../render/layout.js';
import type { CliContext, Command } from './command.js';
import { UsageError } from './errors.js';
import { EXIT } from './exit-code.js';
import { mirrorPath, PATH_OPTION } from './location.js';
import { installedService } from './service/installed-service.js';
import { needRoot } from './service/units-at-work.js';
import { stopTimeout, TIMEOUT_OPTION } from './stop.js';
import { stopMirror } from './stop-mirror.js';

/** What supervisor, mirror and updates write into `run/`. */
const RUN_FILES =
  /^(?:(?:supervisor|made|update|update-waits|attached|upstreams|duties)\.json|lock\.\d+|update|update-scheduled|leases)$/;

/** `docker-mirror clean` */
export const cleanCommand: Command = {
  usage: 'clean',
  summary: 'Stop the mirror and remove its configuration, log and state; the images stay',
  options: {
    ...PATH_OPTION,
    ...TIMEOUT_OPTION,
    data: { type: 'flag', describe: 'Remove the images too; needs --yes' },
    yes: { type: 'flag', describe: 'Confirms --data' },
  },
  examples: [
    ['$0 clean', 'the images stay, and the next start finds them'],
    ['$0 clean --data --yes', 'nothing stays'],
  ],
  async run(args, context) {
    const data = args.flag('data');
    if (data && !args.flag('yes')) {
      throw new UsageError('--data removes every stored image, pushed ones included', {
        hint: 'confirm it with --data --yes',
      });
    }
    const layout = layoutOf(mirrorPath(args, context));
    const service = await installedService(layout, context);
    if (service !== undefined) needRoot(service.scope, context.uid, 'remove');
    // Loaded when it is needed: other commands that only look start faster without.
    const { belongsTo, removeService } = await import('./service/uninstall-service.js');
    const installed = await belongsTo(layout, context);
    if (installed) await removeService({ force: false, dryRun: false }, context);
    await stopMirror(layout, await stopTimeout(args, layout, context));
    await removeMirror(layout, { data, installed }, context);
    context.stdout.write(
      data
        ? `Everything of the mirror in ${layout.root} was removed.\n`
        : `The mirror in ${layout.root} was cleaned up. The images are kept in ${layout.registry}.\n`,
    );
    return EXIT.ok;
  },
};

/** Removes what docker-mirror made in a mirror's folder; with `data` also the images, with `installed` the folders that an installation made. */
export async function removeMirror(
  layout: Layout,
  { data, installed }: { readonly data: boolean; readonly installed: boolean },
  context: CliContext,
): Promise<void> {
  await removeMade(layout, context);
  if (data) await removeData(layout);
  else if ((await list(layout.configFolder)).includes(basename(layout.oldConfig))) {
    context.stdout.write(`Kept: ${layout.oldConfig}, which was put aside with --force.\n`);
  }
  const quiet = { ...context, stdout: { isTerminal: false, write: () => undefined } };
  const { removeFolders } = await import('./service/uninstall-service.js');
  if (installed) await removeFolders({ force: false, dryRun: false }, quiet);
  await removeIfEmpty(layout.root);
}

/** Removes files by their names only: a path that was mistyped loses nothing of somebody else's. */
async function removeMade(layout: Layout, { stdout }: CliContext): Promise<void> {
  if (await isUntouched(layout.made, layout.config)) await remove(layout.config);
  else if ((await list(layout.configFolder)).includes('config.yml')) {
    stdout.write(`Kept: ${layout.config}, as it was changed since it was made.\n`);
  }
  for (const name of await list(layout.logs)) {
    if (/^(docker-mirror\.log(\.\d+)?|update-\d{8}-\d{6}\.log)$/.test(name))
      await remove(join(layout.logs, name));
  }
  for (const name of await list(layout.run)) {
    if (RUN_FILES.test(name)) await remove(join(layout.run, name));
  }
  for (const folder of [layout.configFolder, layout.logs, layout.run]) await removeIfEmpty(folder);
}

/** Also what `start --force` put aside: whoever removes the images wants nothing back. */
async function removeData(layout: Layout): Promise<void> {
  await remove(layout.oldConfig);
  await removeIfEmpty(layout.configFolder);
  await remove(layout.registry);
  await remove(layout.images);
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    throw asFileError(error, `cannot remove ${path}`);
  }
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw asFileError(error, `cannot read ${folder}`);
  }
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    const code = errorCode(error) ?? '';
    // A mount point (EBUSY) and a folder in a folder of somebody else's (EACCES) stay, and so does one that is in use.
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR', 'EBUSY', 'EACCES', 'EPERM'].includes(code)) {
      throw asFileError(error, `cannot remove ${folder}`);
    }
  }
}
