import { actAsOwner, isForeign } from '../host/act-as-owner.js';
import { readyToRun } from '../host/exec.js';
import type { PreparedUpdate } from '../images/update-images.js';
import type { Layout } from '../render/layout.js';
import type { CliContext } from './command.js';
import { prepareUpdate } from './prepare-update.js';

/** An update that is run by the user whose folder the mirror is in. */
export interface OwnUpdate {
  readonly context: CliContext;
  /** What there is to do. */
  readonly prepare: (context: CliContext) => Promise<PreparedUpdate>;
}

/**
 * As root in a folder of somebody else's: reads what only root may read, and becomes the owner of the folder for good, so that the nightly
 * update finds nothing of root's in its way. Does nothing for others.
 * @param wait milliseconds that the mirror may take to answer
 * @throws FileError, SettingsError
 */
export async function leaveRoot(layout: Layout, wait: number, context: CliContext): Promise<OwnUpdate> {
  const prepare = (each: CliContext) => prepareUpdate(layout, wait, each);
  if (!(await isForeign(layout.run))) return { context, prepare };
  const { settings, env } = context;
  const loaded = await settings.load(env, false);
  const own = { ...context, settings: { ...settings, load: async () => loaded } };
  // What it comes to is told where the update records it.
  const [first] = await Promise.allSettled([prepare(own)]);
  await loadTheRest();
  await actAsOwner(layout.run);
  let isFirst = true;
  return {
    context: own,
    prepare: async (each) => {
      if (!isFirst) return await prepare(each);
      isFirst = false;
      if (first.status === 'rejected') throw first.reason;
      return first.value;
    },
  };
}

/** This program may be in a folder that only root may read, such as a checkout in /root. */
async function loadTheRest(): Promise<void> {
  await Promise.all([
    import('../images/run-update.js'),
    import('../images/archive/archive-kept.js'),
    import('../store/distribution.js'),
    import('./scheduled-update.js'),
    readyToRun(),
    import('undici'),
  ]);
}
