import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A fenced block of a Markdown page. */
export interface Block {
  /** `docs/installing.md:12`. */
  readonly place: string;
  /** What stands behind the fence: `sh`, `console`, `json`… */
  readonly language: string;
  readonly text: string;
}

/** Every fenced block of the README, CONTRIBUTING and docs/, in the order of the files' names. */
export function documentedBlocks(root: string): Block[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name))
    .toSorted();
  return ['README.md', 'CONTRIBUTING.md', ...docs].flatMap((page) =>
    blocksOf(page, readFileSync(join(root, page), 'utf8')),
  );
}

/** The fenced blocks of one page. */
export function blocksOf(page: string, text: string): Block[] {
  return [...text.matchAll(/^(?<indent> *)```(?<language>\w+)\n(?<body>[\s\S]*?)^\k<indent>```$/gm)].map(
    (match) => ({
      place: `${page}:${text.slice(0, match.index).split('\n').length}`,
      language: match.groups?.['language'] ?? '',
      text: match.groups?.['body'] ?? '',
    }),
  );
}
