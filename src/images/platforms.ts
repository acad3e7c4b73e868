import type { Platform } from '../oci/manifest.js';
import { formatPlatform } from '../oci/platform.js';

/** A platform as some document names it, without what no platform has and a terminal may obey. */
export function shownPlatform(platform: Platform): string {
  return formatPlatform(platform).replace(/[^\w./-]/g, '?');
}

/** Whether a platform is the one that was asked for; who asks for no variant takes any. */
export function isPlatform(platform: Platform | undefined, asked: string): boolean {
  if (platform === undefined) return false;
  const { os, architecture } = platform;
  return formatPlatform(platform) === asked || `${os}/${architecture}` === asked;
}
