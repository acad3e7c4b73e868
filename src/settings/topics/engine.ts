import * as z from 'zod';
import { imageName } from './images.js';
import { choiceOf, matching, whenAsked } from './symbol.js';

const kind = choiceOf({
  DOCKER_MIRROR_ENGINE_BUILTIN: 'built-in',
  DOCKER_MIRROR_ENGINE_DISTRIBUTION: 'distribution',
  DOCKER_MIRROR_ENGINE_CONTAINER: 'container',
});

const program = matching(
  /^(\/.*|[A-Za-z0-9._+][A-Za-z0-9._+-]*)$/,
  'the name of a program, or its absolute path',
);

/** The program that serves: kconfig/engine.kconfig. */
export const engineSchema = z.object({
  ...kind.shape,
  DOCKER_MIRROR_ENGINE_BINARY: whenAsked(program),
  DOCKER_MIRROR_ENGINE_IMAGE: whenAsked(imageName),
});

export function readEngine(symbols: z.infer<typeof engineSchema>) {
  return {
    kind: kind.chosen(symbols) ?? 'built-in',
    binary: symbols.DOCKER_MIRROR_ENGINE_BINARY,
    image: symbols.DOCKER_MIRROR_ENGINE_IMAGE,
  };
}
