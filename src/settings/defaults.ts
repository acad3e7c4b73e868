/** What a first run assumes. Everything here can be changed in the config.yml that it writes. */
export interface Defaults {
  /** The mirror's folder when root starts it. */
  readonly systemPath: string;
  /** The name of its folder under `$XDG_DATA_HOME` when somebody else does. */
  readonly userFolder: string;
  readonly port: number;
  /** `localhost` stands for both loopback families. */
  readonly host: string;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  readonly deleteEnabled: boolean;
  /** Where names without a host are looked up. */
  readonly defaultUpstream: string;
  /** Public registries, besides the default one, that images may be fetched from. */
  readonly upstreams: readonly string[];
  /** As written in config.yml: a tag confirmed this recently is served without asking upstream. */
  readonly revalidate: string;
  readonly push: 'none' | 'loopback' | 'authenticated';
}

/** The defaults of this program. */
export const DEFAULTS: Defaults = {
  systemPath: '/mirror/docker',
  userFolder: 'docker-mirror',
  port: 5000,
  host: 'localhost',
  logLevel: 'info',
  deleteEnabled: true,
  defaultUpstream: 'https://registry-1.docker.io',
  upstreams: [
    'ghcr.io',
    'quay.io',
    'registry.k8s.io',
    'gcr.io',
    'mcr.microsoft.com',
    'public.ecr.aws',
    'docker.elastic.co',
    'nvcr.io',
    'registry.gitlab.com',
  ],
  revalidate: '60s',
  push: 'loopback',
};
