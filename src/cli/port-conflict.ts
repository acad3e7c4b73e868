import { connect } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, reachable } from '../host/address.js';
import { checkPort } from '../host/port-check.js';
import { type PortHolder, portHolder } from '../host/port-holder.js';
import type { HttpConfig } from '../settings/engine-config.js';
import { listenAddresses } from './endpoint.js';
import { CommandFailure } from './errors.js';

/** Looks, and milliseconds between them, at a port that answers though nobody is seen to hold it. */
const LOOKS = 15;
const LOOK_AGAIN = 100;

/**
 * Whether something listens there already. A program that was killed holds its port until its last thread has ended, when it is
 * no longer to be seen: that is waited for. Asked by connecting, not by listening: of several starts at once, none may take the port away
 * from another's mirror even for a moment.
 */
export async function isPortTaken(http: HttpConfig): Promise<boolean> {
  for (let look = 1; ; look += 1) {
    const taken = await Promise.all(listenAddresses(http).map((address) => connects(reachable(address))));
    if (!taken.includes(true)) return false;
    if (look === LOOKS || (await portHolder(http.listen.port)) !== undefined) return true;
    await sleep(LOOK_AGAIN);
  }
}

function connects({ host, port }: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => finish(true));
    socket.once('timeout', () => finish(false));
    socket.once('error', () => finish(false));
  });
}

/** The folder of the docker-mirror that a program's command line shows to be one; undefined for any other program. */
export function mirrorFolderOf(holder: PortHolder): string | undefined {
  const at = holder.command.indexOf('serve');
  const config = holder.command[at + 1];
  const isMirror = holder.command.slice(0, at).some((word) => /\/main\.c?js$/.test(word));
  return at > 0 && config !== undefined && isMirror ? dirname(dirname(config)) : undefined;
}

/** The error for a port that somebody else holds: who it is, and what to do. */
export async function portTakenError(port: number, config: string): Promise<CommandFailure> {
  const change = `or choose another port, such as DOCKER_MIRROR_PORT=5001 (http.addr in ${config}, if that was changed by hand)`;
  const holder = await portHolder(port);
  if (holder === undefined) {
    return new CommandFailure(`port ${port} is taken by a program of another user`, {
      hint: `run this as root to see which, ${change}`,
    });
  }
  const folder = mirrorFolderOf(holder);
  if (folder !== undefined) {
    return new CommandFailure(
      `port ${port} is taken by the docker-mirror in ${folder} (process ${holder.pid})`,
      {
        hint: `stop it with "docker-mirror stop --path ${folder}", ${change}`,
      },
    );
  }
  const command = holder.command.join(' ').slice(0, 120);
  return new CommandFailure(`port ${port} is taken by process ${holder.pid}: ${command}`, {
    hint: `stop that program, ${change}`,
  });
}

/** Why the mirror could not listen, if that is why it ended; undefined when its addresses are free. */
export async function listenProblem(http: HttpConfig, config: string): Promise<CommandFailure | undefined> {
  const checks = await Promise.all([http.listen, ...(http.alsoListen ?? [])].map(checkPort));
  const check = checks.find(({ free }) => !free);
  if (check === undefined || check.free) return undefined;
  const { host, port } = check.address;
  if (check.code === 'EADDRINUSE') return await portTakenError(port, config);
  if (check.code === 'EACCES') {
    return new CommandFailure(`port ${port} may only be used by root`, {
      hint: `run it as root, or choose a port from 1024 upwards: http.addr in ${config}`,
    });
  }
  return new CommandFailure(
    `cannot listen on ${host === '' ? 'any address' : host}, port ${port}: ${check.code}`,
    {
      hint: `choose an address of this host: http.addr in ${config}`,
    },
  );
}
