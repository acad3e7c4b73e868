import { MirrorError } from '../errors.js';
import type { ImageOutcome } from '../images/last-update.js';
import { countOutcomes } from '../images/update-event.js';
import { countWaiting } from '../images/waiting.js';
import { wantedImages } from '../images/wanted-images.js';
import type { Platform } from '../oci/manifest.js';
import { parsePlatform } from '../oci/platform.js';
import { parseReference } from '../oci/reference.js';
import { layoutOf } from '../render/layout.js';
import type { Arguments, CliContext, Command } from './command.js';
import { UsageError } from './errors.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { fetchSettings } from './fetch-settings.js';
import { mirrorPath } from './location.js';
import { openStore } from './open-store.js';
import { findRunningMirror } from './running-mirror.js';
import { FETCH_OPTIONS, waitTime } from './update.js';
import { type UpdatePrinter, updatePrinter } from './update-printer.js';

/** `docker-mirror pull IMAGE…` */
export const pullCommand: Command = {
  usage: 'pull <images..>',
  summary: 'Have the mirror fetch these images now (exit 0 all, 1 some failed, 2 none)',
  positionals: { images: { type: 'text', describe: 'Such as alpine:3.20 or ghcr.io/owner/app:1.4' } },
  options: {
    ...FETCH_OPTIONS,
    platform: {
      type: 'text',
      describe: 'Such as linux/arm64; several separated by commas',
      defaultText: 'DOCKER_MIRROR_PLATFORMS of the settings, else that of this host',
    },
  },
  examples: [
    ['$0 pull alpine:3.20', 'for the platform of this host'],
    ['$0 pull --platform linux/amd64,linux/arm64 alpine:3.20', 'for two platforms'],
  ],
  async run(args, context) {
    const names = args.list('images');
    // Before anything is asked: what cannot be an image is a mistake in typing.
    names.forEach(refuseUnlessImage);
    const platforms = askedPlatforms(args);
    const settings = await fetchSettings(context);
    const layout = layoutOf(mirrorPath(args, context));
    const { config, access, upstreams } = await findRunningMirror(layout, waitTime(args), context);
    const [{ createMirrorClient }, { limitClient }, { createQuotas }, { refreshImages }, { holdingsOf }] =
      await Promise.all([
        import('../images/mirror-client.js'),
        import('../images/limited-client.js'),
        import('../images/quotas.js'),
        import('../images/refresh.js'),
        import('../images/holdings.js'),
      ]);
    const { images } = wantedImages('', names);
    const printer = updatePrinter(context.stdout, args.flag('json'));
    // A person may have what is left of a limit, and waits for nobody.
    const quotas = createQuotas({ upstreams, reserve: undefined, signal: context.interrupted });
    const client = limitClient(await createMirrorClient(access, { watch: quotas.watch }), quotas);
    const { store } = await openStore(config);
    const began = performance.now();
    printer.show({ event: 'begun', images: images.length, log: null });
    try {
      const outcomes = await refreshImages(images, {
        client,
        quotas,
        // A person may pull who may not read the mirror's folder: then the mirror is asked what is here.
        holdings: holdingsOf(store, upstreams, () => undefined),
        upstreams,
        platforms: platforms ?? settings.platforms,
        parallel: settings.parallel,
        // Who asks for an image by name is told when it is not to be had.
        offline: false,
        attached: settings.attached ? 'always' : 'never',
        signal: context.interrupted,
        onFetching: (image, blobs, bytes) => printer.show({ event: 'fetching', image, blobs, bytes }),
        onBytes: (image, count) => printer.show({ event: 'bytes', image, count }),
        onImage: (outcome) => printer.show({ event: 'image', ...outcome }),
      });
      return end(outcomes, printer, performance.now() - began, context);
    } finally {
      printer.end();
      await client.close();
      await store.close();
    }
  },
};

function refuseUnlessImage(name: string): void {
  try {
    parseReference(name);
  } catch (error) {
    if (!(error instanceof MirrorError)) throw error;
    throw new UsageError(error.message, error.hint === undefined ? {} : { hint: error.hint });
  }
}

function end(
  outcomes: readonly ImageOutcome[],
  printer: UpdatePrinter,
  milliseconds: number,
  { interrupted }: CliContext,
): ExitCode {
  const counts = countOutcomes(outcomes);
  const some = counts.failed < outcomes.length;
  const waits = countWaiting(outcomes.flatMap((outcome) => outcome.waits ?? []));
  const ended = {
    event: 'ended',
    problem: null,
    ...counts,
    ...(waits.length === 0 ? {} : { waits }),
    archives: null,
    milliseconds: Math.round(milliseconds),
  } as const;
  if (interrupted.aborted && counts.waiting > 0) {
    printer.show({ ...ended, result: 'interrupted' });
    return EXIT.interrupted;
  }
  const all = counts.failed + counts.waiting === 0;
  printer.show({ ...ended, result: all ? 'done' : some ? 'partly' : 'failed' });
  if (all) return EXIT.ok;
  return some ? EXIT.failed : EXIT.nothing;
}

function askedPlatforms(args: Arguments): readonly Platform[] | undefined {
  const text = args.text('platform');
  return text?.split(',').map((word) => {
    const platform = parsePlatform(word);
    if (platform !== undefined) return platform;
    throw new UsageError(`--platform: "${word}" is no platform`, {
      hint: 'such as linux/amd64 or linux/arm/v7',
    });
  });
}
