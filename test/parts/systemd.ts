import { execFile, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asPart, atExit, type Part } from './cleanup.js';
import { tempFolder } from './temp.js';
import { waitFor } from './wait.js';

/** How a program in the container ended. */
export interface Result {
  /** 128 and more: by a signal; undefined when it took too long. */
  readonly status: number | undefined;
  readonly out: string;
  readonly err: string;
}

/** A whole system with systemd as its first process, on a copy of this one's files that is thrown away. The network is this one's. */
export interface BootedSystem extends Part {
  /** Where its files are. */
  readonly root: string;
  /** Runs a program in it, as root. */
  run(program: string, args: readonly string[], options?: RunOptions): Promise<Result>;
  /** As `run`. @throws Error with what it printed unless it ends with 0 */
  succeed(program: string, args: readonly string[], options?: RunOptions): Promise<string>;
  /** What is different in it from this host's files: a line each with kind, mode, owner, path and content. */
  changes(): string[];
  /** Shuts it down and boots it again, with the files that it has now. */
  reboot(): Promise<void>;
}

/** How a program is run. */
export interface RunOptions {
  /** Besides a plain PATH; a test runner's own variables are not passed on. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Milliseconds; two minutes when absent. */
  readonly timeout?: number;
  /** Another user than root, by name. */
  readonly user?: string;
}

const PLAIN_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const BOOT_WITHIN = 60_000;

/** Services that are there without anybody having enabled them, and would disturb the network that the container shares. */
const MASKED = ['systemd-networkd.service', 'systemd-resolved.service', 'systemd-timesyncd.service'];

/**
 * Boots a system: an overlay of this host's files, with what is written kept in memory, as the root of `systemd-nspawn`. It takes
 * about three seconds.
 * @throws Error when it does not come up
 */
export async function bootSystem(): Promise<BootedSystem> {
  const folder = await tempFolder('dm-boot');
  const root = folder.file('root');
  const memory = folder.file('memory');
  const [upper, work, written] = ['upper', 'work', 'written'].map((name) => folder.file('memory', name)) as [
    string,
    string,
    string,
  ];
  for (const path of [root, memory]) mkdirSync(path);
  mount(['-t', 'tmpfs', '-o', 'size=2g', 'docker-mirror-test', memory]);
  for (const path of [upper, work, written]) mkdirSync(path);
  mount(['-t', 'overlay', '-o', `lowerdir=/,upperdir=${upper},workdir=${work}`, 'docker-mirror-test', root]);
  // What is enabled on this host runs on this host, and not a second time on the same ports.
  for (const name of readdirSync(`${root}/etc/systemd/system`)) {
    if (name.endsWith('.wants')) rmSync(`${root}/etc/systemd/system/${name}`, { recursive: true });
  }
  for (const unit of MASKED) link('/dev/null', `${root}/etc/systemd/system/${unit}`);
  // Without one systemd would take this for its first boot, and enable everything.
  writeFileSync(`${root}/etc/machine-id`, `${randomBytes(16).toString('hex')}\n`);
  let container = await boot(root, written);
  const system = {
    root,
    run: (program: string, args: readonly string[], options: RunOptions = {}) =>
      runInside(container.leader, program, args, options),
    async succeed(program: string, args: readonly string[], options: RunOptions = {}) {
      const result = await runInside(container.leader, program, args, options);
      if (result.status === 0) return result.out;
      // systemctl only tells where to read on.
      const journal =
        program === 'systemctl'
          ? await runInside(container.leader, 'journalctl', ['-n', '40', '--no-pager'], {})
          : undefined;
      throw new Error(
        `${program} ${args.join(' ')} ended with ${result.status}\n${result.out}\n${result.err}\n${journal?.out ?? ''}`,
      );
    },
    changes: () => changesBelow(upper, ''),
    async reboot() {
      await container.halt();
      container = await boot(root, written);
    },
    ...asPart(async () => {
      await container.halt();
      await folder.close();
    }),
  };
  return system;
}

interface Container {
  /** The process that is 1 inside. */
  readonly leader: number;
  halt(): Promise<void>;
}

/** A container has folders of its own there, in which a checkout would not be seen. */
const HIDDEN = /^\/(?:tmp|run|var\/tmp)\//;

/** With a checkout in such a folder there, and what is written to it kept in memory. */
function showCheckout(written: string): string[] {
  const checkout = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
  if (!HIDDEN.test(checkout)) return [];
  const parent = dirname(checkout);
  // An overlay's mount point is made there, but not the folders that it is in.
  const around = HIDDEN.test(parent) ? [`--bind-ro=${parent}`] : [];
  return [...around, `--overlay=${checkout}:${written}:${checkout}`];
}

async function boot(root: string, written: string): Promise<Container> {
  // It ends with this process, however that ends.
  const dying = ['--pdeathsig', 'SIGKILL', 'systemd-nspawn'];
  const args = [...dying, '--boot', '-D', root, '--register=no', '--keep-unit', '--console=pipe', '--quiet'];
  args.push(...showCheckout(written));
  const child = spawn('setpriv', args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      lines.push(chunk.toString());
      if (lines.length > 200) lines.shift();
    });
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const killed = () => {
    // With systemd-nspawn its whole container ends.
    if (!isOver()) child.kill('SIGKILL');
  };
  const forget = atExit(killed);
  async function halt(): Promise<void> {
    // A request to power off, as systemd-nspawn(1) has it; no container waits for ever.
    if (!isOver()) child.kill('SIGTERM');
    const timer = setTimeout(killed, 30_000);
    await ended.finally(() => clearTimeout(timer));
    forget();
  }
  try {
    const leader = await waitFor(() => (isOver() ? failed(lines) : childOf(child.pid ?? 0)), {
      what: 'systemd-nspawn has started the container',
      timeout: BOOT_WITHIN,
      detail: () => lines.join(''),
    });
    await waitFor(async () => (await isUp(leader)) || (isOver() && failed(lines)), {
      what: 'the container has booted',
      timeout: BOOT_WITHIN,
      interval: 200,
      detail: () => lines.join(''),
    });
    return { leader, halt };
  } catch (error) {
    await halt();
    throw error;
  }
}

function failed(lines: readonly string[]): never {
  throw new Error(`systemd-nspawn ended\n${lines.join('')}`);
}

async function isUp(leader: number): Promise<boolean> {
  const { out } = await runInside(leader, 'systemctl', ['is-system-running'], { timeout: 10_000 });
  return ['running', 'degraded'].includes(out.trim());
}

/** The first process of the container: the child of systemd-nspawn, or of its own child. */
function childOf(pid: number): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
  for (const child of children) {
    if (nameOf(child).includes('systemd') && innerPid(child) === 1) return child;
    const below = childOf(child);
    if (below !== undefined) return below;
  }
  return undefined;
}

function nameOf(pid: number): string {
  return readFileSync(`/proc/${pid}/comm`, 'utf8');
}

/** The number that a process has in its own container (proc(5), `NSpid`). */
function innerPid(pid: number): number {
  const line = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
  return Number(line.split(/\s+/).at(-1));
}

function runInside(
  leader: number,
  program: string,
  args: readonly string[],
  { env = {}, cwd = '/', timeout = 120_000, user = 'root' }: RunOptions,
): Promise<Result> {
  const variables = Object.entries({
    PATH: PLAIN_PATH,
    HOME: user === 'root' ? '/root' : `/home/${user}`,
    ...env,
  });
  const settings = variables.map(([name, value]) => `${name}=${value}`);
  const asUser = user === 'root' ? [] : ['runuser', '-u', user, '--'];
  const words = [
    '-t',
    String(leader),
    '-m',
    '-p',
    '-u',
    '-i',
    '-C',
    'env',
    '-i',
    `--chdir=${cwd}`,
    ...settings,
    ...asUser,
    program,
    ...args,
  ];
  return new Promise((resolve) => {
    execFile(
      'nsenter',
      words,
      { timeout, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 },
      (error, out, err) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
        resolve({ status, out, err });
      },
    );
  });
}

function mount(words: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount ${words.join(' ')}: ${stderr}`);
}

function link(target: string, path: string): void {
  const { status, stderr } = spawnSync('ln', ['-sfn', target, path], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ln ${path}: ${stderr}`);
}

/** The upper layer of an overlay holds what was written; of it, what is not just as it is below. */
function changesBelow(upper: string, path: string): string[] {
  return readdirSync(`${upper}${path}`).flatMap((name) => {
    const inner = `${path}/${name}`;
    const now = describe(`${upper}${inner}`);
    const own = now === describe(inner) ? [] : [`${inner} ${now}`];
    return now.startsWith('folder') ? [...own, ...changesBelow(upper, inner)] : own;
  });
}

/** Kind, mode, owner and content. A file that was removed is a device 0/0 in the upper layer. */
function describe(path: string): string {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isCharacterDevice()) return 'nothing';
  const who = `${(stats.mode & 0o7777).toString(8)} ${stats.uid}:${stats.gid}`;
  if (stats.isDirectory()) return `folder ${who}`;
  if (stats.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  if (!stats.isFile()) return `other ${who}`;
  return `file ${who} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}
