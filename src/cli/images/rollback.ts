import { changeImage } from '../../images/edit-list.js';
import { digestNamed, earlierBy, RollbackError } from '../../images/history/choose-digest.js';
import type { Digest } from '../../oci/digest.js';
import type { Arguments, Command } from '../command.js';
import { UsageError } from '../errors.js';
import { EXIT } from '../exit-code.js';
import { completeListed } from './complete-listed.js';
import { EDIT_OPTIONS, editImages } from './edit.js';
import { lackOf } from './history.js';
import type { OpenHistory } from './open-history.js';

/** Named in an error at the most. */
const NAMED = 3;

/** `docker-mirror images rollback` */
export const imagesRollbackCommand: Command = {
  usage: 'rollback <image> [digest]',
  summary:
    'Serve a tag as what it stood for earlier, until "images unpin"; its registry is not asked for it meanwhile',
  positionals: {
    image: { type: 'text', describe: 'With its tag, such as redis:7' },
    digest: {
      type: 'text',
      describe: 'A digest of its history, or its first digits; else the one before that of now',
    },
  },
  options: {
    ...EDIT_OPTIONS,
    steps: { type: 'number', describe: 'So many digests back', defaultText: '1' },
    force: { type: 'flag', describe: 'Also to what is not whole here: its registry has to have the rest' },
  },
  examples: [
    ['$0 images rollback redis:7', 'as it was before'],
    ['$0 images unpin redis:7', 'it follows its registry again'],
  ],
  complete: completeListed,
  async run(args, context) {
    const steps = stepsOf(args);
    const image = args.text('image') ?? '';
    const { withHistory } = await import('./open-history.js');
    const { digest, isNow } = await withHistory(args, context, async (opened) => {
      refusePushed(opened);
      const chosen = choose(opened, args.text('digest'), steps);
      if (!args.flag('force')) await refuseIncomplete(opened, chosen);
      return { digest: chosen, isNow: opened.subject.pinned === chosen };
    });
    if (isNow) {
      context.stdout.write(`${image} is served as ${digest} already\n`);
      return EXIT.ok;
    }
    const status = await editImages(args, context, (text) =>
      changeImage(text, image, (options) => ({ ...options, pin: digest })),
    );
    const when = args.flag('dry-run') ? 'would be' : 'is';
    context.stdout.write(
      `${image} ${when} served as ${digest} from now on; "docker-mirror images unpin ${image}" has it follow its registry again\n`,
    );
    return status;
  },
};

function stepsOf(args: Arguments): number {
  const steps = args.number('steps');
  if (steps === undefined) return 1;
  if (args.text('digest') !== undefined)
    throw new UsageError('either a digest or --steps says how far to go back');
  if (Number.isInteger(steps) && steps >= 1 && steps <= 100) return steps;
  throw new UsageError('--steps is a whole number from 1 to 100');
}

function refusePushed({ found }: OpenHistory): void {
  if (!found.isPushed) return;
  throw new RollbackError(`${found.name} was pushed here, and is served as it was pushed`, {
    hint: 'push the earlier image again: pull it by its digest, tag it, push it',
  });
}

function choose({ history }: OpenHistory, named: string | undefined, steps: number): Digest {
  return named === undefined ? earlierBy(history, steps) : digestNamed(history, named);
}

/** An upstream often no longer has what a tag stood for, and offline nobody has. */
async function refuseIncomplete({ history, heldOf }: OpenHistory, digest: Digest): Promise<void> {
  const past = history.find((each) => each.digest === digest) ?? (await heldOf(digest));
  if (past.isComplete) return;
  const named = past.missing.slice(0, NAMED).map((each) => each.digest);
  const more = past.missing.length - named.length;
  const list = named.length === 0 ? '' : ` (${named.join(', ')}${more > 0 ? ` and ${more} more` : ''})`;
  throw new RollbackError(`${digest} is ${lackOf(past)}${list}`, {
    hint: 'with --force it is served all the same, and the rest is fetched from its registry if that still has it',
  });
}
