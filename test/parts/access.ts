import type { MirrorAccess } from '#src/render/clients/mirror-access.js';

/** A mirror with two upstreams at an address of a laboratory. */
export function accessTo(url: string, more: Partial<MirrorAccess> = {}): MirrorAccess {
  return { url: new URL(url), upstreams: ['docker.io', 'registry.example.com:5000'], ca: undefined, ...more };
}
