import { type RunOptions, type RunResult, run } from '#src/host/exec.js';

/** Gives a shell a /etc and a state of the NFS server of its own, in layers above the real ones: nothing of this machine is changed. */
const SETUP = `set -e
mkdir -p "$1/layers"
mount -t tmpfs none "$1/layers"
mkdir "$1/layers/upper" "$1/layers/work" "$1/layers/state"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/layers/upper,workdir=$1/layers/work" /etc
if [ -d /var/lib/nfs ]; then mount --bind "$1/layers/state" /var/lib/nfs; fi
set +e
eval "$2"
`;

/** The programs it needs, besides root. */
export const OWN_ETC_PROGRAMS = ['unshare', 'mount'] as const;

/**
 * Runs a script of the shell in a mount namespace of its own.
 * @param folder of the test's own; `$1` in the script
 * @throws CommandError
 */
export function runInOwnEtc(folder: string, script: string, options: RunOptions): Promise<RunResult> {
  return run('unshare', ['--mount', 'sh', '-c', SETUP, 'sh', folder, script], options);
}
