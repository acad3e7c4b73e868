import { dirname } from 'node:path';
import { actAsOwner } from '../host/act-as-owner.js';
import { addToList } from '../images/add-images.js';
import { editListFile } from '../images/list-file.js';
import type { ScanResult } from '../images/scan/scan.js';
import { aliasesOf, formatCollision, parseImageList } from '../oci/image-list.js';
import { layoutOf } from '../render/layout.js';
import type { CliContext, Command } from './command.js';
import { Interrupted, UsageError } from './errors.js';
import { EXIT } from './exit-code.js';
import { mirrorPath, PATH_OPTION } from './location.js';
import { scanProgress } from './scan-progress.js';
import { problemLines, scanAsJson, scanAsList, scanAsPlaces } from './scan-report.js';

/** `docker-mirror scan` */
export const scanCommand: Command = {
  usage: 'scan <paths..>',
  summary: 'Find the images that projects use: compose, Kubernetes, Helm, Dockerfiles, Ansible, CI and more',
  positionals: { paths: { type: 'text', describe: 'Files, and folders with everything below' } },
  options: {
    format: {
      type: 'text',
      describe: 'One image a line, or JSON with places and reasons',
      choices: ['list', 'json'],
      defaultText: 'list',
    },
    where: { type: 'flag', describe: 'Print each place that names an image, as FILE:LINE:COLUMN: IMAGE' },
    add: { type: 'flag', describe: "Add the images to the mirror's list, images/manifest.txt" },
    'include-all': { type: 'flag', describe: 'Look into vendored and test folders as well' },
    ...PATH_OPTION,
  },
  examples: [
    ['$0 scan .', 'the images of a project'],
    ['$0 scan --where deploy/ ci/', 'and where each is named'],
    ['$0 scan . --add', 'have the mirror keep them'],
  ],
  async run(args, context) {
    const paths = args.list('paths').map(String);
    if (paths.includes('')) throw new UsageError('a path is empty');
    const asJson = args.text('format') === 'json';
    if (asJson && args.flag('where'))
      throw new UsageError('--where is for lists: JSON has the places always');
    const manifest = args.flag('add') ? layoutOf(mirrorPath(args, context)).manifest : undefined;
    const result = await runScan(paths, args.flag('include-all'), context);
    if (result.interrupted) throw new Interrupted('interrupted: nothing was printed or added');
    const format = asJson ? scanAsJson : args.flag('where') ? scanAsPlaces : scanAsList;
    context.stdout.write(format(result));
    for (const line of problemLines(result, { unresolved: !asJson })) context.stderr.write(`${line}\n`);
    if (manifest !== undefined) {
      await actAsOwner(dirname(manifest));
      await addAll(manifest, result, context);
    }
    return result.problems.some(({ unreadable }) => unreadable) ? EXIT.failed : EXIT.ok;
  },
};

async function runScan(
  paths: readonly string[],
  includeAll: boolean,
  context: CliContext,
): Promise<ScanResult> {
  // Loaded when it is needed: it brings the parsers.
  const { scan } = await import('../images/scan/scan.js');
  const progress = scanProgress(context.stderr);
  try {
    const { cwd, interrupted: signal } = context;
    return await scan(paths, { cwd, includeAll, signal, onProgress: progress.show });
  } finally {
    progress.clear();
  }
}

async function addAll(manifest: string, { images }: ScanResult, { stderr }: CliContext): Promise<void> {
  const names = images.map(({ image }) => image);
  const { result: added, text } = await editListFile(manifest, (present) => {
    const { added, text: edited } = addToList(present, names);
    return { text: edited, result: added };
  });
  const known = images.length - added.length;
  stderr.write(`${added.length} added to ${manifest}${known === 0 ? '' : `, ${known} were there already`}\n`);
  for (const collision of aliasesOf(parseImageList(text).images).collisions) {
    stderr.write(`warning: ${manifest}: ${formatCollision(collision)}\n`);
  }
}
