/** A server that is measured. */
export interface Peer {
  readonly name: PeerName;
  /** What its program says about its version. */
  readonly version: string;
  /** Writes its configuration into the folder and says how it is run. The folder also holds its data and its log. */
  prepare(setup: Setup): Command;
}

/** The columns of the table; `direct` is the upstream itself, `kconfiglib` reads Kconfig files only, `skopeo` writes archives only. */
export const PEER_NAMES = ['direct', 'mirror', 'stock', 'nginx', 'kconfiglib', 'skopeo'] as const;
export type PeerName = (typeof PEER_NAMES)[number];

export interface Setup {
  readonly folder: string;
  /** Where the server is to listen, on 127.0.0.1. */
  readonly port: number;
  /** Where the upstream listens, on 127.0.0.1. */
  readonly upstream: number;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** Where both registries keep their data, under the server's folder: the Distribution layout starts there. */
export const DATA_FOLDER = 'data';
