import type { KeptPort } from './record.js';

/** What is known about the port that a mirror is to have. */
export interface PortFacts {
  /** On the command line or in the environment; undefined: nobody said. */
  readonly asked: number | undefined;
  readonly setting: number;
  /** As asked for at an earlier start. */
  readonly kept: KeptPort | undefined;
}

/**
 * The port to use: the one asked for now, else one that was asked for earlier, as long as the setting is what it was then, else the
 * setting.
 */
export function decidePort({ asked, setting, kept }: PortFacts): {
  port: number;
  kept: KeptPort | undefined;
} {
  if (asked !== undefined) {
    return { port: asked, kept: asked === setting ? undefined : { port: asked, over: setting } };
  }
  return kept !== undefined && kept.over === setting
    ? { port: kept.port, kept }
    : { port: setting, kept: undefined };
}
