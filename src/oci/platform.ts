import type { Descriptor, Platform } from './manifest.js';

/** Node's names of processor architectures, and those of images (GOARCH and GOARM). */
const ARCHITECTURES: Readonly<Record<string, Omit<Platform, 'os'>>> = {
  x64: { architecture: 'amd64' },
  arm64: { architecture: 'arm64' },
  arm: { architecture: 'arm', variant: 'v7' },
  ia32: { architecture: '386' },
  ppc64: { architecture: 'ppc64le' },
  s390x: { architecture: 's390x' },
  riscv64: { architecture: 'riscv64' },
  loong64: { architecture: 'loong64' },
  mips64el: { architecture: 'mips64le' },
};

/** What an architecture without a variant stands for. */
const USUAL_VARIANTS: Readonly<Record<string, string>> = { arm: 'v7', arm64: 'v8', amd64: 'v1' };

/** The platform of the containers of a host: Linux everywhere, as engines of macOS and Windows run them in a virtual machine. */
export function platformOfHost(arch: string): Platform {
  return { os: 'linux', ...(ARCHITECTURES[arch] ?? { architecture: arch }) };
}

/** Reads `os/architecture[/variant]`; undefined when it is no platform. */
export function parsePlatform(text: string): Platform | undefined {
  const match = /^([a-z0-9]+)\/([a-z0-9_]+)(?:\/([a-z0-9]+))?$/.exec(text);
  if (match === null) return undefined;
  const [, os = '', architecture = '', variant] = match;
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** `os/architecture[/variant]` */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return `${os}/${architecture}${variant === undefined ? '' : `/${variant}`}`;
}

/**
 * The entry of an index that runs on a platform: the first one of the same variant, else the nearest lower one, as container engines
 * choose (v7 of 32-bit ARM runs what was made for v6). Entries without a platform are for any. Undefined when there is none.
 */
export function selectPlatform(entries: readonly Descriptor[], wanted: Platform): Descriptor | undefined {
  const most = variantNumber(wanted);
  let best: { readonly entry: Descriptor; readonly variant: number } | undefined;
  for (const entry of entries) {
    if (entry.platform?.os !== wanted.os || entry.platform.architecture !== wanted.architecture) continue;
    const variant = variantNumber(entry.platform);
    if (variant <= most && (best === undefined || variant > best.variant)) best = { entry, variant };
  }
  return best?.entry ?? entries.find(({ platform }) => platform === undefined);
}

/** The platforms that an index is for, without what is attached to images under `unknown/unknown`. */
export function platformsOf(entries: readonly Descriptor[]): string[] {
  const platforms = entries.flatMap(({ platform }) => (platform === undefined ? [] : [platform]));
  return platforms.filter(({ os }) => os !== 'unknown').map(formatPlatform);
}

/** The number of a variant: 7 of `v7`; 0 when there is none that has an order. */
function variantNumber({ architecture, variant = USUAL_VARIANTS[architecture] }: Platform): number {
  return Number(/^v(\d+)/.exec(variant ?? '')?.[1] ?? 0);
}
