import type { Layout } from './layout.js';

/** One change to the host, as data: it can be shown, and carried out by `apply`. */
export type Step =
  | { readonly kind: 'make-folder'; readonly path: string; readonly mode: number }
  | {
      /** Never replaces a file that is there. */
      readonly kind: 'create-file';
      readonly path: string;
      readonly mode: number;
      readonly content: string;
    }
  | { readonly kind: 'start-mirror'; readonly config: string; readonly log: string };

/** What is there before a start. */
export interface StartFacts {
  readonly layout: Layout;
  /** Of the layout's folders and files, those that exist. */
  readonly existing: ReadonlySet<string>;
  readonly running: boolean;
  /** Text of the config.yml to make where there is none. */
  readonly config: string;
}

const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;

const MANIFEST = `# Images to keep in the mirror, one a line, for example
#   quay.io/minio/minio:latest
# Such an image can also be pulled by its name without the first component: localhost:5000/minio/minio:latest
`;

/** What a start has to do: nothing that is done already. */
export function planStart({ layout, existing, running, config }: StartFacts): Step[] {
  const folders = [
    layout.root,
    layout.registry,
    layout.configFolder,
    layout.archives,
    layout.logs,
    layout.run,
  ];
  const files = [
    { path: layout.config, content: config },
    { path: layout.manifest, content: MANIFEST },
  ];
  return [
    ...folders
      .filter((path) => !existing.has(path))
      .map((path) => ({ kind: 'make-folder', path, mode: FOLDER_MODE }) as const),
    ...files
      .filter(({ path }) => !existing.has(path))
      .map((file) => ({ kind: 'create-file', mode: FILE_MODE, ...file }) as const),
    ...(running ? [] : [{ kind: 'start-mirror', config: layout.config, log: layout.log } as const]),
  ];
}

/** A step in words, for people. */
export function describeStep(step: Step): string {
  switch (step.kind) {
    case 'make-folder':
      return `make the folder ${step.path}`;
    case 'create-file':
      return `write ${step.path} (${step.content.split('\n').length - 1} lines)`;
    case 'start-mirror':
      return `start the mirror in the background with ${step.config}; its log is ${step.log}`;
  }
}
