import { resolve } from 'node:path';
import { readTextIfThere } from '../../host/files.js';
import type { MirrorAccess } from '../../render/clients/mirror-access.js';
import type { ArgumentSpec, Arguments, CliContext } from '../command.js';
import { CommandFailure, UsageError } from '../errors.js';
import { localMirror } from './mirror-address.js';

/** For a mirror whose certificate no engine trusts by itself. */
export const CA_OPTION = {
  ca: { type: 'text', describe: 'A PEM file with the authority that signed the certificate of the mirror' },
} as const satisfies Readonly<Record<string, ArgumentSpec>>;

/**
 * The mirror as engines are to see it.
 * @throws UsageError, CommandFailure, MirrorError
 */
export async function mirrorAccess(args: Arguments, context: CliContext): Promise<MirrorAccess> {
  const { url, upstreams } = await localMirror(args, context);
  if (url.pathname !== '/') {
    throw new CommandFailure(`engines do not take ${url.href}: the address of a mirror has no path`, {
      hint: 'give the address of the mirror itself with --url http://HOST:PORT',
    });
  }
  if (upstreams.length === 0) {
    throw new CommandFailure('this mirror fetches from no registry, so there is nothing to configure', {
      hint: 'set DOCKER_MIRROR_PULL_THROUGH_CACHE=y, or name images with the address of the mirror in front',
    });
  }
  return { url, upstreams, ca: await certificate(args, context) };
}

/**
 * The mirror as other machines see it.
 * @throws UsageError when its address is one that only this host can use
 */
export async function accessForOthers(args: Arguments, context: CliContext): Promise<MirrorAccess> {
  const access = await mirrorAccess(args, context);
  const host = access.url.hostname;
  if (host !== 'localhost' && host !== '[::1]' && !host.startsWith('127.')) return access;
  throw new UsageError(`${access.url.origin} is the mirror only on this host`, {
    hint: 'say how the others reach it: --url http://ADDRESS-OF-THIS-HOST:PORT',
  });
}

async function certificate(args: Arguments, context: CliContext): Promise<string | undefined> {
  const asked = args.text('ca');
  if (asked === undefined) return undefined;
  const path = resolve(context.cwd, asked);
  const text = await readTextIfThere(path);
  if (text?.includes('-----BEGIN CERTIFICATE-----') === true) return path;
  throw new UsageError(`--ca: ${path} ${text === undefined ? 'is not there' : 'is no certificate in PEM'}`);
}
