import { readFile, stat } from 'node:fs/promises';
import { errorCode, isMissing } from '../errors.js';
import type { Logger } from '../host/log.js';
import { OciError } from '../oci/error-code.js';
import {
  type AliasCollision,
  type Aliases,
  type AliasTarget,
  aliasesOf,
  formatCollision,
  isOfSettings,
  parseImageList,
} from '../oci/image-list.js';
import { type Pins, pinsOf } from '../oci/pins.js';

/** How often the list is looked at, milliseconds. */
const LOOK_EVERY = 2000;

/** What a list says. */
interface Said {
  readonly aliases: Aliases;
  readonly pins: Pins;
}

const NOTHING: Said = { aliases: { aliases: new Map(), collisions: [] }, pins: () => false };

/** What a list of images says, kept up to date with its file. */
export interface WatchedList {
  /** What an alias stands for; an error when two listed images share it; undefined when it is none. */
  readonly alias: (name: string) => AliasTarget | OciError | undefined;
  /** Whether a tag stays as it is here, or at which digest. */
  readonly pin: Pins;
  /** Ends following the file. What is in force stays in force. */
  close(): void;
}

export interface WatchOptions {
  /** Milliseconds between two looks at the file; 2,000 when absent. */
  readonly lookEvery?: number;
}

/**
 * Reads the list of images and follows its changes. A list that is not there has no images; one that cannot be read
 * leaves the last good one in force and is logged, once for each state of the file.
 */
export async function watchList(
  path: string | undefined,
  logger: Logger,
  options: WatchOptions = {},
): Promise<WatchedList> {
  if (path === undefined) return { alias: () => undefined, pin: () => false, close: () => undefined };
  let said = NOTHING;
  let seen = '';
  let looking = false;

  async function look(file: string): Promise<void> {
    // Taken before the file is read, so that a change in between is noticed at the next look.
    const now = await stateOf(file);
    if (now === seen) return;
    seen = now;
    try {
      said = read(await readFile(file, 'utf8'), file, logger);
    } catch (error) {
      if (isMissing(error)) said = NOTHING;
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
    alias: (name) => {
      const { aliases, collisions } = said.aliases;
      const collision = collisions.find(({ alias }) => alias === name);
      return collision === undefined ? aliases.get(name) : shared(collision, path);
    },
    pin: (host, repository, tag) => said.pins(host, repository, tag),
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

function read(text: string, file: string, logger: Logger): Said {
  const list = parseImageList(text);
  for (const { line, message } of list.problems) logger.error({ file, line }, `list of images: ${message}`);
  const aliases = aliasesOf(list.images);
  for (const collision of aliases.collisions) {
    const level = isOfSettings(collision) ? 'warn' : 'error';
    logger[level]({ file }, shared(collision, file).message);
  }
  return { aliases, pins: pinsOf(list.images) };
}

function shared(collision: AliasCollision, file: string): OciError {
  const remedy = isOfSettings(collision) ? 'change the settings' : `take one of them out of ${file}`;
  return new OciError('NAME_UNKNOWN', formatCollision(collision), {
    hint: `${remedy}, or ask for it by its full name`,
  });
}
