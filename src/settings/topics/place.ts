import * as z from 'zod';
import type { Parsed } from '../parsed.js';
import { absolutePath, choiceOf, flag, value } from './symbol.js';

const mode = choiceOf({
  DOCKER_MIRROR_MODE_AUTO: 'auto',
  DOCKER_MIRROR_MODE_SYSTEM: 'system',
  DOCKER_MIRROR_MODE_USER: 'user',
});

/** Which mirror this is: kconfig/place.kconfig. */
export const placeSchema = z.object({
  DOCKER_MIRROR_PORT: value(port),
  DOCKER_MIRROR_PATH: value(absolutePath),
  DOCKER_MIRROR_PULL_THROUGH_CACHE: flag,
  ...mode.shape,
});

export function readPlace(symbols: z.infer<typeof placeSchema>) {
  return {
    port: symbols.DOCKER_MIRROR_PORT,
    /** As written: `/mirror/docker` stands for the usual folder of whoever starts the mirror. */
    path: symbols.DOCKER_MIRROR_PATH,
    mode: mode.chosen(symbols) ?? 'auto',
    /** Whether upstreams are asked at all. */
    pullThrough: symbols.DOCKER_MIRROR_PULL_THROUGH_CACHE,
  };
}

function port(text: string): Parsed<number> {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= 65_535 ? { value: number } : { expected: 'a port from 1 to 65535' };
}
