import { readFile, stat } from 'node:fs/promises';
import { isMissing } from '../errors.js';
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

/** The aliases of the images that are listed, kept up to date with the file. */
export interface AliasFile {
  /** What an alias stands for; an error when two listed images share it; undefined when it is none. */
  lookup(name: string): AliasTarget | OciError | undefined;
  close(): void;
}

/**
 * Reads the list of images and follows its changes. A list that is not there has no images; one that cannot be read
 * leaves the last good one in force and is logged.
 */
export async function openAliasFile(path: string | undefined, logger: Logger): Promise<AliasFile> {
  let aliases: Aliases = { aliases: new Map(), collisions: [] };
  let seen = '';
  if (path === undefined) return { lookup: () => undefined, close: () => undefined };

  async function look(file: string): Promise<void> {
    try {
      const found = await stat(file);
      const now = `${found.ino} ${found.size} ${found.mtimeMs}`;
      if (now === seen) return;
      seen = now;
      aliases = read(await readFile(file, 'utf8'), file, logger);
    } catch (error) {
      if (isMissing(error)) {
        seen = '';
        aliases = { aliases: new Map(), collisions: [] };
      } else logger.error({ err: error, file }, 'the list of images cannot be read');
    }
  }

  await look(path);
  const timer = setInterval(() => void look(path), LOOK_EVERY);
  timer.unref();
  return {
    lookup: (name) => {
      const collision = aliases.collisions.find(({ alias }) => alias === name);
      return collision === undefined ? aliases.aliases.get(name) : shared(collision, path);
    },
    close: () => clearInterval(timer),
  };
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
