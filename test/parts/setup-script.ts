import { setupScript } from '#src/render/guests/setup-script.js';

/** The script of a mirror of Docker Hub and ghcr.io. */
export function scriptFor(url: string, upstreams: readonly string[] = ['docker.io', 'ghcr.io']): string {
  return setupScript({ url: new URL(url), upstreams });
}

/** The script's functions without its last line, which runs them. */
export function functionsOf(script: string): string {
  return script.replace(/main "\$@"\n$/, '');
}

/** Programs that run it, and those that read JSON for it, as far as they are on this machine: `busybox sh`, `busybox awk`. */
export const SHELLS = [['dash'], ['busybox', 'sh'], ['bash', '--posix'], ['bash']] as const;
export const AWKS = [['mawk'], ['gawk'], ['original-awk'], ['busybox', 'awk']] as const;
