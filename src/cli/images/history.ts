import type { HeldDigest, PastDigest } from '../../images/history/tag-history.js';
import { formatBytes } from '../../images/update-event.js';
import { totalSize } from '../../oci/total-size.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-code.js';
import { PATH_OPTION } from '../location.js';
import { completeListed } from './complete-listed.js';
import type { OpenHistory } from './open-history.js';

/** `docker-mirror images history` */
export const imagesHistoryCommand: Command = {
  usage: 'history <image>',
  summary: 'List what a tag stood for here, the latest first, and whether each is here as a whole',
  positionals: { image: { type: 'text', describe: 'With its tag, such as redis:7' } },
  options: { ...PATH_OPTION, json: { type: 'flag', describe: 'Print JSON, for programs' } },
  examples: [['$0 images history redis:7', 'the last digests that it had, and since when']],
  complete: completeListed,
  async run(args, context) {
    // Loaded when it is needed: most commands do without the store.
    const { withHistory } = await import('./open-history.js');
    return await withHistory(args, context, async (opened) => {
      const text = args.flag('json')
        ? `${JSON.stringify(asJson(opened), undefined, 2)}\n`
        : opened.history.map((each) => `${describe(each, opened)}\n`).join('');
      context.stdout.write(text);
      return EXIT.ok;
    });
  },
};

function describe(past: PastDigest, { subject }: OpenHistory): string {
  const { digest, since, isNow, size } = past;
  const parts = [
    since === undefined ? 'by a pin only' : `since ${since.toISOString()}`,
    ...(past.isUnknown ? [] : [formatBytes(size)]),
    ...(past.isComplete ? [] : [lackOf(past)]),
    ...(isNow ? [subject.pinned === undefined ? 'now' : 'now, held by a pin'] : []),
  ];
  return `${digest}  ${parts.join(', ')}`;
}

/** What is missing of a digest, in words. */
export function lackOf({ isUnknown, missing }: HeldDigest): string {
  if (isUnknown) return 'not here';
  if (missing.length === 0) return 'not for the platforms that are to be here';
  const bytes = totalSize(missing);
  return `not whole here: ${missing.length} missing, ${formatBytes(bytes)}`;
}

function asJson({ found, subject, history }: OpenHistory) {
  return {
    version: 1,
    image: found.name,
    pushed: found.isPushed,
    pinned: subject.pinned ?? null,
    digests: history.map(({ digest, since, isNow, isComplete, isUnknown, missing, size }) => ({
      digest,
      since: since?.toISOString() ?? null,
      now: isNow,
      complete: isComplete,
      missing: isUnknown ? [digest] : missing.map((each) => each.digest),
      size: isUnknown ? null : size,
    })),
  };
}
