import type { Descriptor, Platform } from './manifest.js';

const PART = /^[a-z0-9][a-z0-9._-]{0,31}$/;

/** Variants that an architecture without one stands for, as container engines have it. */
const USUAL_VARIANT: Readonly<Record<string, string>> = { arm: 'v7', arm64: 'v8' };

/** Reads `OS/ARCHITECTURE[/VARIANT]`, such as `linux/arm/v7`, in Go's names; undefined when it is none. */
export function parsePlatform(text: string): Platform | undefined {
  const [os, architecture, variant, ...more] = text.split('/');
  if (os === undefined || architecture === undefined || more.length > 0) return undefined;
  if (![os, architecture, variant ?? 'none'].every((part) => PART.test(part))) return undefined;
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/**
 * What an engine of a platform takes of an index (OCI image specification 1.1, "Image Index": the first one that fits, of those with the best
 * variant): for 32-bit ARM also an older variant, as these run there.
 */
export function manifestFor(manifests: readonly Descriptor[], wanted: Platform): Descriptor | undefined {
  let best: { readonly descriptor: Descriptor; readonly rank: number } | undefined;
  for (const descriptor of manifests) {
    const rank = descriptor.platform === undefined ? undefined : rankOf(descriptor.platform, wanted);
    if (rank !== undefined && (best === undefined || rank > best.rank)) best = { descriptor, rank };
  }
  return best?.descriptor;
}

/** How well it fits, more is better; undefined when it does not run there. */
function rankOf(offered: Platform, wanted: Platform): number | undefined {
  if (offered.os !== wanted.os || offered.architecture !== wanted.architecture) return undefined;
  const [own, other] = [variantOf(wanted), variantOf(offered)];
  if (own === other) return Number.MAX_SAFE_INTEGER;
  if (wanted.architecture !== 'arm') return other === '' ? 0 : undefined;
  const [most, has] = [own, other].map((variant) => Number(/^v(\d+)$/.exec(variant)?.[1] ?? Number.NaN));
  return most !== undefined && has !== undefined && has <= most ? has : undefined;
}

function variantOf({ architecture, variant = '' }: Platform): string {
  return variant === '' ? (USUAL_VARIANT[architecture] ?? '') : variant;
}
