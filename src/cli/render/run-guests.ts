import { readTextIfThere } from '../../host/files.js';
import { cloudInit } from '../../render/guests/cloud-init.js';
import { dockerMachineCommand, nestedDaemonJson } from '../../render/guests/engine-flags.js';
import { accessForOthers } from '../client/access.js';
import type { Arguments, CliContext } from '../command.js';
import type { ExitCode } from '../exit-code.js';
import { put } from './output.js';

/** `docker-mirror render cloud-init` */
export async function runCloudInit(args: Arguments, context: CliContext): Promise<ExitCode> {
  const access = await accessForOthers(args, context);
  const ca = access.ca === undefined ? undefined : await readTextIfThere(access.ca);
  return await put(cloudInit(access, { embed: args.flag('embed'), ca }), args, context);
}

/** `docker-mirror render docker-machine` */
export async function runDockerMachine(args: Arguments, context: CliContext): Promise<ExitCode> {
  const access = await accessForOthers(args, context);
  return await put(`${dockerMachineCommand(access)}\n`, args, context);
}

/** `docker-mirror render dind` */
export async function runDind(args: Arguments, context: CliContext): Promise<ExitCode> {
  return await put(nestedDaemonJson(await accessForOthers(args, context)), args, context);
}
