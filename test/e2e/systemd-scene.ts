import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { StatusReport } from '#src/cli/status.js';
import { request } from '../parts/http.js';
import type { BootedSystem } from '../parts/systemd.js';
import { waitFor } from '../parts/wait.js';

/** The folder of the product. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Marks this build as finished, as its time stamps are those of a copy. */
const BUILT = ['node_modules/.package-lock.json', 'dist/.built'];

/** What an administrator types in a booted system. */
export class Administrator {
  readonly #system: BootedSystem;

  constructor(system: BootedSystem) {
    this.#system = system;
  }

  /** `make TARGET` in the clone. */
  async make(target: string, variables: Readonly<Record<string, string>> = {}): Promise<string> {
    await this.#system.succeed('touch', BUILT, { cwd: ROOT });
    return await this.#system.succeed('make', ['--no-print-directory', target], {
      cwd: ROOT,
      env: variables,
    });
  }

  /** `scripts/docker-mirror …` in the clone. */
  async command(...words: string[]): Promise<string> {
    return await this.#system.succeed('scripts/docker-mirror', words, { cwd: ROOT });
  }

  async set(settings: Readonly<Record<string, string>>): Promise<void> {
    await this.command(
      'config',
      'set',
      ...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
    );
  }

  async status(): Promise<StatusReport> {
    return JSON.parse((await this.#system.run('docker-mirror', ['status', '--json'])).out) as StatusReport;
  }

  /** A property of a unit. */
  async property(unit: string, name: string): Promise<string> {
    return (await this.#system.succeed('systemctl', ['show', unit, '--value', '-p', name])).trim();
  }

  /** The process of the mirror, once systemd has heard that it serves. */
  async pid(): Promise<number> {
    assert.equal(await this.property('docker-mirror.service', 'ActiveState'), 'active');
    return Number(await this.property('docker-mirror.service', 'MainPID'));
  }

  /** Waits until another process of the mirror than that one serves. */
  async another(pid: number): Promise<void> {
    await waitFor(
      async () => {
        const [state, now] = await Promise.all(
          ['ActiveState', 'MainPID'].map((name) => this.property('docker-mirror.service', name)),
        );
        return state === 'active' && Number(now) !== pid;
      },
      { what: 'systemd has started the mirror again', timeout: 40_000, interval: 100 },
    );
  }
}

/** Whether a mirror answers `/v2/`, and how. */
export async function answerOf(port: number): Promise<number | undefined> {
  return await request(new URL(`http://127.0.0.1:${port}/v2/`)).then(
    ({ status }) => status,
    () => undefined,
  );
}

/** What other programs change meanwhile: logs, caches, backups and locks of the tables of users, the clock, and chance. And the clone. */
const OTHERS = [
  /^\/var\/(?:log|cache|tmp)\//,
  /^\/var\/lib\/(?:systemd\/(?:catalog|timesync|random-seed|coredump|backlight|rfkill)|private|dbus)/,
  /^\/etc\/(?:passwd|group|shadow|gshadow|subuid|subgid)- /,
  // systemd's own, made for the first timer that makes up for missed times.
  /^\/var\/lib\/systemd\/timers folder/,
  /^\/etc\/\.pwd\.lock /,
  new RegExp(`^${ROOT}`),
];

/** What is different in a system from the host it is a copy of, but for what has nothing to do with an installation. */
export function traces(system: BootedSystem): string[] {
  return system.changes().filter((line) => !OTHERS.some((pattern) => pattern.test(line)));
}
