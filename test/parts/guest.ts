import { spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { type RunResult, run } from '#src/host/exec.js';
import { asPart, atExit, type Part, Parts } from './cleanup.js';
import { reservePort } from './ports.js';
import { type Daemon, type DaemonOptions, startDaemon } from './process.js';
import { type TempFolder, tempFolder } from './temp.js';

/** The programs it needs; root as well. */
export const GUEST_PROGRAMS = ['ip', 'unshare', 'nsenter', 'mount', 'curl'] as const;

/**
 * A machine beside this one, as far as its engines can tell: a network of its own whose only neighbour is this host, and its own `/etc`, `/run`
 * and `/var/lib`. Programs and processes are this machine's.
 */
export interface Guest extends Part {
  /** This host's address as the guest sees it. */
  readonly hostAddress: string;
  readonly address: string;
  /** Runs a shell script there. */
  sh(script: string, options?: { accept?: readonly number[]; input?: string }): Promise<RunResult>;
  /** Starts a program there. */
  start(options: Omit<DaemonOptions, 'program' | 'args'> & { command: readonly string[] }): Promise<Daemon>;
  /** Everything below a folder there: type, mode, owner, content. */
  listing(folder: string): Promise<string[]>;
}

/** Below 10.231.0.0/16 each guest has a network of four addresses. */
const NETWORK = '10.231';
const FIRST_PORT = 20_000;

/** Makes a guest; closing it leaves nothing of it. */
export async function startGuest(): Promise<Guest> {
  const parts = new Parts();
  try {
    // No two test processes have the same port, so no two guests the same name and network.
    const number = (await reservePort()) - FIRST_PORT;
    const name = `dm-guest-${number}`;
    const subnet = `${NETWORK}.${number >> 6}`;
    const host = (number & 63) * 4;
    const hostAddress = `${subnet}.${host + 1}`;
    const address = `${subnet}.${host + 2}`;
    const folder = parts.add(await tempFolder('dm-guest'));
    parts.add(await connect(name, `dmg${number}`, hostAddress, address));
    const pid = await settle(parts, name, folder);
    const inside = ['--target', String(pid), '--mount', '--net', '--'];
    const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, HOME: folder.file('home') };
    const sh: Guest['sh'] = (script, options = {}) =>
      run('nsenter', [...inside, 'sh', '-c', script], {
        env,
        timeout: 60_000,
        ...(options.accept === undefined ? {} : { accept: options.accept }),
        ...(options.input === undefined ? {} : { input: options.input }),
      });
    return {
      hostAddress,
      address,
      sh,
      start: async ({ command, ...options }) =>
        parts.add(await startDaemon({ ...options, program: 'nsenter', args: [...inside, ...command], env })),
      listing: async (path) => {
        const listed = `find ${path} -printf '%y %m %u %g %p %l\\n' | sort; find ${path} -type f -exec sha256sum {} + | sort -k 2`;
        return (await sh(listed)).stdout.split('\n');
      },
      ...asPart(() => parts.close()),
    };
  } catch (error) {
    await parts.close();
    throw error;
  }
}

/** A namespace and a cable to it. */
async function connect(name: string, link: string, hostAddress: string, address: string): Promise<Part> {
  const remove = () => void spawnSync('ip', ['netns', 'delete', name]);
  const forget = atExit(remove);
  const part = asPart(async () => {
    remove();
    forget();
  });
  try {
    await run('ip', ['netns', 'add', name]);
    const [here, there] = [`${link}a`, `${link}b`];
    await run('ip', ['link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name]);
    await run('ip', ['address', 'add', `${hostAddress}/30`, 'dev', here]);
    await run('ip', ['link', 'set', here, 'up']);
    await run('ip', ['-n', name, 'address', 'add', `${address}/30`, 'dev', there]);
    await run('ip', ['-n', name, 'link', 'set', there, 'up']);
    await run('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
    return part;
  } catch (error) {
    await part.close();
    throw error;
  }
}

/** The process whose mount namespace is the guest's. */
async function settle(parts: Parts, name: string, folder: TempFolder): Promise<number> {
  const [etc, ready, lib] = [folder.file('etc'), folder.file('ready'), folder.file('lib')];
  await mkdir(folder.file('home'));
  await mkdir(lib);
  const script = [
    `cp -a /etc ${etc}`,
    `mount --bind ${etc} /etc`,
    `mount --bind ${lib} /var/lib`,
    'mount -t tmpfs tmpfs /run',
    // What others tested on this machine is not the guest's.
    'rm -rf /etc/docker /etc/containerd /etc/containers/registries.conf.d /etc/buildkit /etc/rancher',
    // Nobody there answers questions for names, and nobody is to wait for an answer.
    'echo nameserver 127.0.0.1 >/etc/resolv.conf',
    `touch ${ready}`,
    'exec sleep infinity',
  ].join('\n');
  const holder = parts.add(
    await startDaemon({
      name: 'the guest',
      // "ip netns exec" would hide the control groups, which Docker wants.
      program: 'nsenter',
      args: [
        `--net=/run/netns/${name}`,
        'unshare',
        '--mount',
        '--propagation',
        'private',
        'sh',
        '-ec',
        script,
      ],
      ready: async () => (await run('test', ['-e', ready], { accept: [1] })).exitCode === 0,
    }),
  );
  return holder.pid;
}
