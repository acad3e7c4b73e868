import { readFile, stat } from 'node:fs/promises';
import { errorCode, isMissing } from '../errors.js';
import type { Logger } from '../host/log.js';
import { OciError } from '../oci/error-code.js';
import {
  type Aliases,
  type AliasTarget,
  aliasesOf,
  formatCollision,
  parseImageList,
} from '../oci/image-list.js';

/** How often the list is looked at, milliseconds. */
const LOOK_EVERY = 2000;
const NONE: Aliases = { aliases: new Map(), collisions: [] };

/** The aliases of the images that are listed, kept up to date with the file. */
export interface AliasFile {
  /** What an alias stands for; an error when two listed images share it; undefined when it is none. */
  lookup(name: string): AliasTarget | OciError | undefined;
  /** Ends following the file. What is in force stays in force. */
  close(): void;
}

export interface AliasFileOptions {
  /** Milliseconds between two looks at the file; 2,000 when absent. */
  readonly lookEvery?: number;
}

/**
 * Reads the list of images and follows its changes. A list that is not there has no images; one that cannot be read
 * leaves the last good one in force and is logged, once for each state of the file.
 */
export async function openAliasFile(
  path: string | undefined,
  logger: Logger,
  options: AliasFileOptions = {},
): Promise<AliasFile> {
  if (path === undefined) return { lookup: () => undefined, close: () => undefined };
  let aliases = NONE;
  let seen = '';
  let looking = false;

  async function look(file: string): Promise<void> {
    // Taken before the file is read, so that a change in between is noticed at the next look.
    const now = await stateOf(file);
    if (now === seen) return;
    seen = now;
    try {
      aliases = read(await readFile(file, 'utf8'), file, logger);
    } catch (error) {
      if (isMissing(error)) aliases = NONE;
      else logger.error({ err: error, file }, 'the list of images cannot be read');
    }
  }

  await look(path);
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void look(path).finally(() => {
      looking = false;
    });
  }, options.lookEvery ?? LOOK_EVERY);
  timer.unref();
  return {
    lookup: (name) => {
      const collision = aliases.collisions.find(({ alias }) => alias === name);
      return collision === undefined ? aliases.aliases.get(name) : shared(collision, path);
    },
    close: () => clearInterval(timer),
  };
}

/** Changes whenever the file may have changed, also when it comes, goes, or becomes readable. */
async function stateOf(file: string): Promise<string> {
  try {
    const { ino, size, mtimeMs, ctimeMs } = await stat(file);
    return [ino, size, mtimeMs, ctimeMs].join(' ');
  } catch (error) {
    return errorCode(error) ?? 'unreadable';
  }
}

function read(text: string, file: string, logger: Logger): Aliases {
  const list = parseImageList(text);
  for (const { line, message } of list.problems) logger.error({ file, line }, `list of images: ${message}`);
  const aliases = aliasesOf(list.images);
  for (const collision of aliases.collisions) logger.error({ file }, shared(collision, file).message);
  return aliases;
}

function shared(collision: Aliases['collisions'][number], file: string): OciError {
  return new OciError('NAME_UNKNOWN', formatCollision(collision), {
    hint: `take one of them out of ${file}, or ask for it by its full name`,
  });
}
