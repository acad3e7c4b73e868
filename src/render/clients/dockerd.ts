import { isIP } from 'node:net';
import { MirrorError } from '../../errors.js';
import type { Wanted } from '../host/wanted.js';
import { type DockerMirror, withMirror, withoutMirror } from './daemon-json.js';
import { type DockerPlaces, socketOf } from './docker-places.js';
import type { DockerAbilities } from './docker-version.js';

/** A mirror's address that Docker cannot use. */
export class DockerMirrorError extends MirrorError {
  readonly code = 'MIRROR_ADDRESS_INVALID';
}

/**
 * The mirror as daemon.json names it. An address that is reached without encryption has to be named beside it, unless it is this host's
 * loopback, which every engine trusts.
 * @throws DockerMirrorError when the address has a path: Docker wants none
 */
export function dockerMirror(
  url: URL,
  { losesLoopback }: Pick<DockerAbilities, 'losesLoopback'>,
): DockerMirror {
  if (url.pathname !== '/') {
    throw new DockerMirrorError(`Docker does not take ${url.href}: the address of a mirror has no path`, {
      hint: 'give the address of the mirror itself with --url http://HOST:PORT',
    });
  }
  const isNamed = url.protocol === 'http:' && !isLoopback(url.hostname);
  return { url: url.origin, insecureAddress: isNamed ? url.host : undefined, losesLoopback };
}

/** What there is to know for planning. */
export interface DockerdTarget {
  readonly places: DockerPlaces;
  readonly mirror: DockerMirror;
  /** What daemon.json holds now; undefined: it is not there. */
  readonly text: string | undefined;
  /** What was done earlier: what was put in then, and what the file held before. */
  readonly earlier?:
    | {
        readonly mirror: Pick<DockerMirror, 'url' | 'insecureAddress'>;
        readonly text: string | undefined;
      }
    | undefined;
}

/**
 * What a host is to have so that its Docker engine asks the mirror for images of Docker Hub. Pure.
 * @throws JsonTextError when daemon.json is not one that Docker could read
 */
export function dockerdWanted({ places, mirror, text, earlier }: DockerdTarget): Wanted[] {
  const { file, host, pidFile = '' } = places;
  const socket = socketOf(host);
  const isMoved = earlier !== undefined && earlier.mirror.url !== mirror.url;
  const base =
    isMoved && text !== undefined ? withoutMirror(text, earlier.mirror, { text: earlier.text }) : text;
  const reload = {
    kind: 'signal-engine',
    engine: 'Docker',
    pidFile,
    ...(socket === undefined ? {} : { socket }),
  } as const;
  return [
    { kind: 'after-undo', action: reload },
    { kind: 'file', whose: 'theirs', path: file, mode: 0o644, content: withMirror(base, mirror) },
    {
      kind: 'action',
      action: reload,
      on: [file],
      undo: {
        kind: 'forget-mirror',
        ...{ file, host, pidFile, url: mirror.url },
        ...(mirror.insecureAddress === undefined ? {} : { insecureAddress: mirror.insecureAddress }),
        ...(mirror.losesLoopback === true ? { losesLoopback: true } : {}),
      },
    },
  ];
}

/** Whether a host of a URL is this host's own loopback. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
