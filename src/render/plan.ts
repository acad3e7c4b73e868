import { isDeepStrictEqual } from 'node:util';
import type { Layout } from './layout.js';
import type { KeptPort, Standing } from './record.js';

/** One change to the host, as data: it can be shown, and carried out by `apply`. */
export type Step =
  | { readonly kind: 'make-folder'; readonly path: string; readonly mode: number }
  | {
      /** Notes what is about to be generated, so that it is known again. */
      readonly kind: 'keep-record';
      readonly path: string;
      /** Contents by path. */
      readonly files: ReadonlyMap<string, string>;
      readonly port: KeptPort | undefined;
    }
  | {
      /** Never replaces a file that is there. */
      readonly kind: 'create-file';
      readonly path: string;
      readonly mode: number;
      readonly content: string;
    }
  | { readonly kind: 'copy-file'; readonly path: string; readonly to: string }
  | {
      readonly kind: 'replace-file';
      readonly path: string;
      readonly mode: number;
      readonly content: string;
    }
  /** Changes the part of the list of images that is made from the settings. */
  | { readonly kind: 'sync-list'; readonly path: string }
  | { readonly kind: 'stop-mirror'; readonly because: string }
  | { readonly kind: 'start-mirror'; readonly config: string; readonly log: string };

/** What is there before a start. */
export interface StartFacts {
  readonly layout: Layout;
  /** Of the layout's folders and files, those that exist. */
  readonly existing: ReadonlySet<string>;
  readonly running: boolean;
  /** Whether a mirror that runs is to be started again anyhow. */
  readonly restart: boolean;
  /** What config.yml should be, how the one that is there relates to it, and whether one that was changed by hand is given up. */
  readonly config: {
    readonly text: string;
    readonly standing: Standing;
    readonly force: boolean;
    /** Whether the record knows the one that is there to be as rendered. */
    readonly isNoted: boolean;
  };
  /** The port to be kept from now on, and what the record has. */
  readonly port: { readonly kept: KeptPort | undefined; readonly noted: KeptPort | undefined };
  readonly list: {
    /** The list of images with its part that is made from the settings, of a list as it is. */
    readonly withSettings: (text: string) => string;
    /** Whether the one that is there lacks what the settings name, or has what they name no longer. */
    readonly isOutdated: boolean;
  };
}

const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;

const MANIFEST = `# Images to keep in the mirror, one a line, for example
#   quay.io/minio/minio:latest
# Such an image can also be pulled by its name without the first component: localhost:5000/minio/minio:latest
# Behind it may stand platforms=linux/amd64,linux/arm64, tags=^1.4 newest=2, pin, archive
`;

/** What a start has to do: nothing that is done already. */
export function planStart(facts: StartFacts): Step[] {
  const { layout, existing, running, restart } = facts;
  const folders = [
    layout.root,
    layout.registry,
    layout.configFolder,
    layout.archives,
    layout.logs,
    layout.run,
  ];
  const files = planFiles(facts);
  const replaces = files.some(({ kind }) => kind === 'replace-file');
  const stops = running && (restart || replaces);
  const because = replaces ? 'the settings changed' : 'a restart was asked for';
  return [
    ...folders
      .filter((path) => !existing.has(path))
      .map((path) => ({ kind: 'make-folder', path, mode: FOLDER_MODE }) as const),
    ...(stops ? [{ kind: 'stop-mirror', because } as const] : []),
    ...files,
    ...(running && !stops ? [] : [{ kind: 'start-mirror', config: layout.config, log: layout.log } as const]),
  ];
}

function planFiles({ layout, existing, config, port, list }: StartFacts): Step[] {
  const written: (Step & { readonly kind: 'create-file' | 'replace-file' | 'copy-file' })[] = [];
  const { text, standing, force } = config;
  const file = { path: layout.config, content: text, mode: FILE_MODE };
  if (standing === 'missing') written.push({ kind: 'create-file', ...file });
  if (standing === 'edited' && force) {
    written.push({ kind: 'copy-file', path: layout.config, to: layout.oldConfig });
  }
  if (standing === 'outdated' || (standing === 'edited' && force)) {
    written.push({ kind: 'replace-file', ...file });
  }
  if (!existing.has(layout.manifest)) {
    const content = list.withSettings(MANIFEST);
    written.push({ kind: 'create-file', path: layout.manifest, content, mode: FILE_MODE });
  }
  const sync: Step[] = list.isOutdated ? [{ kind: 'sync-list', path: layout.manifest }] : [];
  const files = new Map(
    written.flatMap((step) => ('content' in step ? [[step.path, step.content] as const] : [])),
  );
  // Somebody wrote just what would be rendered: from now on it is as good as rendered.
  if (standing === 'equal' && !config.isNoted) files.set(layout.config, text);
  // A port that was asked for has no effect on a file that stays.
  const kept = standing === 'edited' && !force ? port.noted : port.kept;
  if (files.size === 0 && isDeepStrictEqual(kept, port.noted)) return [...written, ...sync];
  return [{ kind: 'keep-record', path: layout.made, files, port: kept }, ...written, ...sync];
}

/** A step in words, for people. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case 'make-folder':
      return `make the folder ${step.path}`;
    case 'keep-record':
      return `note in ${step.path} what is generated`;
    case 'create-file':
      return `write ${step.path} (${step.content.split('\n').length - 1} lines)`;
    case 'copy-file':
      return `keep ${step.path} as ${step.to}`;
    case 'replace-file':
      return `write ${step.path} anew (${step.content.split('\n').length - 1} lines)`;
    case 'sync-list':
      return `bring what the settings name up to date in ${step.path}`;
    case 'stop-mirror':
      return `stop the mirror, as ${step.because}`;
    case 'start-mirror':
      return `start the mirror in the background with ${step.config}; its log is ${step.log}`;
  }
}
