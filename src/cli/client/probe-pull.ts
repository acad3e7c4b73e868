import { CommandError, run } from '../../host/exec.js';

/** What pulls an image through one engine, and removes it again. */
export interface ProbePuller {
  readonly program: string;
  /** Registries whose mirrors it knows; undefined: any. */
  readonly only?: string;
  pull(reference: string): readonly string[];
  remove(reference: string): readonly string[];
}

/** Where containerd is reached. */
export interface ContainerdPlace {
  readonly namespace: string;
  readonly address: string | undefined;
}

/** How each engine is asked. */
export function pullers({ namespace, address }: ContainerdPlace): Readonly<Record<string, ProbePuller>> {
  const socket = address === undefined ? [] : ['--address', address];
  return {
    docker: {
      program: 'docker',
      only: 'docker.io',
      pull: (reference) => ['pull', '--quiet', reference],
      remove: (reference) => ['image', 'rm', reference],
    },
    podman: {
      program: 'podman',
      pull: (reference) => ['pull', '--quiet', reference],
      remove: (reference) => ['image', 'rm', reference],
    },
    containerd: {
      program: 'ctr',
      pull: (reference) => [
        ...[...socket, '--namespace', namespace, 'images', 'pull'],
        ...['--hosts-dir', '/etc/containerd/certs.d', reference],
      ],
      remove: (reference) => [...socket, '--namespace', namespace, 'images', 'rm', '--sync', reference],
    },
    nerdctl: {
      program: 'nerdctl',
      pull: (reference) => ['pull', '--quiet', reference],
      remove: (reference) => ['image', 'rm', reference],
    },
    crictl: {
      program: 'crictl',
      pull: (reference) => ['pull', reference],
      remove: (reference) => ['rmi', reference],
    },
  };
}

/** What a program said of what it could not do; undefined: it could. */
export async function attempt(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await run(program, args, { timeout: 120_000, signal });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const last = error.stderr.trim().split('\n').at(-1) ?? '';
    return last === '' ? error.message : last.slice(0, 500);
  }
}
