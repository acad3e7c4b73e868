/** What of an image is here for one platform. */
export interface PlatformOutcome {
  /** `os/architecture[/variant]`; `any` for an image that is for whatever asks for it. */
  readonly platform: string;
  /** Whether the mirror serves it with every upstream off. */
  readonly servable: boolean;
  /** Blobs and manifests that an upstream has yet to give. */
  readonly missing: number;
  /** Their bytes, as far as these are known. */
  readonly bytes: number;
}

/** Whether an image is here for every platform that it is to be here for; undefined when nothing is known of it. */
export function isServableOffline(platforms: readonly PlatformOutcome[] | undefined): boolean | undefined {
  return platforms === undefined
    ? undefined
    : platforms.length > 0 && platforms.every((each) => each.servable);
}

/** Whether a record tells that of a platform. */
export function isPlatformOutcome(value: unknown): value is PlatformOutcome {
  if (typeof value !== 'object' || value === null) return false;
  const { platform, servable, missing, bytes } = value as Partial<PlatformOutcome>;
  return (
    typeof platform === 'string' &&
    typeof servable === 'boolean' &&
    typeof missing === 'number' &&
    typeof bytes === 'number'
  );
}
