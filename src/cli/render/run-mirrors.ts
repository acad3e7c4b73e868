import { resolve } from 'node:path';
import { programRoot } from '../../host/program-root.js';
import { composeFile, dockerfile } from '../../render/guests/container.js';
import { vagrantfile } from '../../render/guests/vagrant.js';
import { localMirror } from '../client/mirror-address.js';
import type { Arguments, CliContext } from '../command.js';
import type { ExitCode } from '../exit-code.js';
import { ipAddress, oneLine, wholeNumber } from './numbers.js';
import { put } from './output.js';

const PORT = 5000;

/** `docker-mirror render vagrant` */
export async function runVagrant(args: Arguments, context: CliContext): Promise<ExitCode> {
  const machine = {
    address: ipAddress(args, 'ip', '192.168.99.50'),
    port: portOf(args),
    data: oneLine(args, 'data', './data'),
    source: sourceOf(args, context),
    box: oneLine(args, 'box', 'debian/trixie64'),
    memory: wholeNumber(args, 'memory', 1024, 256, 1_048_576),
    cpus: wholeNumber(args, 'cpus', 2, 1, 256),
  };
  return await put(vagrantfile(machine), args, context);
}

/** `docker-mirror render compose` */
export async function runCompose(args: Arguments, context: CliContext): Promise<ExitCode> {
  const { upstreams } = await localMirror(args, context);
  const data = args.text('data') === undefined ? undefined : resolve(context.cwd, oneLine(args, 'data', ''));
  const text = composeFile({
    port: portOf(args),
    upstreams,
    source: sourceOf(args, context),
    dockerfile: resolve(context.cwd, oneLine(args, 'dockerfile', 'Dockerfile')),
    data,
  });
  return await put(text, args, context);
}

/** `docker-mirror render dockerfile` */
export async function runDockerfile(args: Arguments, context: CliContext): Promise<ExitCode> {
  const { upstreams } = await localMirror(args, context);
  return await put(dockerfile({ port: portOf(args), upstreams }), args, context);
}

function portOf(args: Arguments): number {
  return wholeNumber(args, 'port', PORT, 1, 65_535);
}

function sourceOf(args: Arguments, { cwd }: CliContext): string {
  const asked = args.text('source');
  return asked === undefined ? programRoot() : resolve(cwd, oneLine(args, 'source', asked));
}
