/** What an engine can do, by its version. */
export interface DockerAbilities {
  /** Reads `certs.d/HOST/hosts.toml`, for every registry and not only for Docker Hub. */
  readonly readsHostsToml: boolean;
  /** Stops treating loopback as insecure once `insecure-registries` is written (29.10, moby/moby#53868). */
  readonly losesLoopback: boolean;
  /** Has `dockerd --validate` (since 23.0). */
  readonly validates: boolean;
}

/**
 * What an engine of this version can do; nothing special for one whose version is not understood.
 * @param version such as `20.10.24+dfsg1`
 */
export function dockerAbilities({
  version,
  hasContainerdStore,
}: {
  readonly version: string;
  readonly hasContainerdStore: boolean;
}): DockerAbilities {
  const [, major = '0', minor = '0'] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  const isAtLeast = (wanted: number, wantedMinor = 0) =>
    Number(major) > wanted || (Number(major) === wanted && Number(minor) >= wantedMinor);
  return {
    readsHostsToml: isAtLeast(29) && hasContainerdStore,
    losesLoopback: isAtLeast(29, 10),
    validates: isAtLeast(23),
  };
}
