import type { ConfigSection } from './config-section.js';
import type { MirrorConfig } from './engine-config.js';
import { oneOf } from './parsed.js';

/** How long a confirmed tag is served without asking, in milliseconds, when nothing is written. */
const DEFAULT_REVALIDATE = 60_000;

/** Reads `mirror`, the section that only this program knows, but for its `upstreams`. */
export function readMirror(mirror: ConfigSection): MirrorConfig {
  return {
    credentials: mirror.string('credentials')?.value,
    revalidate: mirror.duration('revalidate', DEFAULT_REVALIDATE),
    offline: mirror.boolean('offline', false),
    push: mirror.parsed('push', oneOf('none', 'loopback', 'authenticated'))?.value ?? 'loopback',
    images: mirror.string('images')?.value,
  };
}
