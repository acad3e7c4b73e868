import { isDigest } from './digest.js';
import { type ImageOptions, NO_OPTIONS, type TagSelection } from './image-options.js';
import type { LineWord } from './list-line.js';
import { nearestWord } from './nearest-word.js';
import { formatPlatform, parsePlatform } from './platform.js';
import { parseVersionRange } from './version-range.js';

/** Options of a line, or what is wrong with them and what to write instead. */
export type ReadOptions = { readonly options: ImageOptions } | { readonly problem: string };

/** Characters of a pattern; those that people write have a few dozen. */
const LONGEST_PATTERN = 200;
const MOST_TAGS = 10_000;

const USES: Readonly<Record<string, string>> = {
  platforms: 'platforms=linux/amd64,linux/arm64',
  tags: 'tags=/REGEX/ or a range of versions such as tags=^1.4',
  newest: 'newest=3',
  pin: 'pin or pin=sha256:…',
  archive: 'archive',
};

/** Carries what is wrong out of the readers of single options. */
class Wrong extends Error {}

/**
 * Reads the options of a line.
 * @param namesTag whether the image is written with a tag or digest
 * @param hasDigest whether it is written with a digest
 */
export function readOptions(
  words: readonly LineWord[],
  { namesTag, hasDigest }: { readonly namesTag: boolean; readonly hasDigest: boolean },
): ReadOptions {
  try {
    const values = valuesOf(words);
    const options = optionsOf(values);
    if (options.tags !== undefined && namesTag) {
      throw new Wrong('tags= chooses among all tags: write the image without its tag');
    }
    if (options.pin !== false && options.tags !== undefined) {
      throw new Wrong('pin holds a single tag: write IMAGE:TAG pin instead of tags=');
    }
    if (options.pin !== false && hasDigest) {
      throw new Wrong('an image that is named by its digest cannot change: take out pin');
    }
    return { options };
  } catch (error) {
    if (error instanceof Wrong) return { problem: error.message };
    throw error;
  }
}

function valuesOf(words: readonly LineWord[]): ReadonlyMap<string, string | undefined> {
  const values = new Map<string, string | undefined>();
  for (const word of words) {
    const { name, value, problem } = word;
    if (problem !== undefined) throw new Wrong(`${name}=: ${problem}`);
    if (!Object.hasOwn(USES, name)) throw unknown(word);
    if (values.has(name)) throw new Wrong(`${name} stands there twice: write it once`);
    if (value === undefined && name !== 'pin' && name !== 'archive') {
      throw new Wrong(`${name} needs a value: write ${USES[name]}`);
    }
    if (value !== undefined && name === 'archive') throw new Wrong('archive takes no value: write archive');
    values.set(name, value);
  }
  return values;
}

function unknown({ name, value }: LineWord): Wrong {
  const near = nearestWord(name, Object.keys(USES));
  const shown = clip(value === undefined ? name : `${name}=`);
  const remedy =
    near === undefined
      ? `an image may be followed by ${Object.keys(USES).join(', ')}; one image stands in a line`
      : `did you mean ${USES[near]}?`;
  return new Wrong(`"${shown}" is no option: ${remedy}`);
}

function optionsOf(values: ReadonlyMap<string, string | undefined>): ImageOptions {
  const [platforms, tags, newest] = [values.get('platforms'), values.get('tags'), values.get('newest')];
  if (newest !== undefined && tags === undefined) {
    throw new Wrong('newest= counts the tags that tags= chooses: write both, or neither');
  }
  return {
    ...NO_OPTIONS,
    platforms: platforms === undefined ? undefined : readPlatforms(platforms),
    tags:
      tags === undefined ? undefined : readTags(tags, newest === undefined ? undefined : readCount(newest)),
    pin: values.has('pin') && readPin(values.get('pin')),
    archive: values.has('archive'),
  };
}

function readPlatforms(text: string): ImageOptions['platforms'] {
  const platforms = text.split(',').map((word) => {
    const platform = parsePlatform(word);
    if (platform === undefined) {
      throw new Wrong(
        `platforms=: "${clip(word)}" is no platform: write one such as linux/amd64 or linux/arm/v7`,
      );
    }
    return platform;
  });
  return [...new Map(platforms.map((each) => [formatPlatform(each), each])).values()];
}

function readTags(text: string, newest: number | undefined): TagSelection {
  if (text.startsWith('/')) return { kind: 'pattern', pattern: readPattern(text), newest };
  const range = parseVersionRange(text);
  if (range !== undefined) return { kind: 'range', range, newest };
  throw new Wrong(
    `tags=: "${clip(text)}" is neither /REGEX/ nor a range of versions such as ^1.4 or >=1.2,<2: a single tag is written IMAGE:TAG`,
  );
}

function readPattern(text: string): RegExp {
  const [, source, flags] = /^\/(.+)\/(i?)$/s.exec(text) ?? [];
  if (source === undefined) throw new Wrong(`tags=: a pattern stands between two slashes: write /REGEX/`);
  if (source.length > LONGEST_PATTERN) {
    throw new Wrong(`tags=: the pattern has more than ${LONGEST_PATTERN} characters: write a shorter one`);
  }
  if (/["\s]/.test(source))
    throw new Wrong('tags=: no tag has blanks or quotes in it: take them out of the pattern');
  try {
    return new RegExp(source, flags);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : '';
    throw new Wrong(`tags=: ${reason}: write a regular expression of JavaScript`);
  }
}

function readCount(text: string): number {
  const count = /^[1-9]\d{0,4}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
  if (count <= MOST_TAGS) return count;
  throw new Wrong(`newest=: "${clip(text)}" is no count: write a number from 1 to ${MOST_TAGS}`);
}

function readPin(text: string | undefined): ImageOptions['pin'] {
  if (text === undefined) return true;
  if (isDigest(text)) return text;
  throw new Wrong(
    `pin=: "${clip(text)}" is no digest: write sha256: and 64 hexadecimal digits in lower case, or only pin`,
  );
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
