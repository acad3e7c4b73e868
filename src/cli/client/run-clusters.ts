import { basename, join } from 'node:path';
import { readTextIfThere } from '../../host/files.js';
import { kindConfig, kindNodes } from '../../render/clients/kind.js';
import { minikubeFlags, minikubeWanted } from '../../render/clients/minikube.js';
import type { Arguments, CliContext } from '../command.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { accessForOthers } from './access.js';
import { changeClient } from './change-client.js';

/** `docker-mirror client kind` */
export async function runKind(args: Arguments, context: CliContext): Promise<ExitCode> {
  const access = await accessForOthers(args, context);
  context.stdout.write(args.flag('nodes') ? kindNodes(access) : kindConfig(access));
  return EXIT.ok;
}

/** `docker-mirror client minikube` */
export async function runMinikube(args: Arguments, context: CliContext): Promise<ExitCode> {
  const access = args.flag('remove') ? undefined : await accessForOthers(args, context);
  const folder = minikubeFolder(context);
  const ca = access?.ca === undefined ? undefined : await readTextIfThere(access.ca);
  return await changeClient(
    {
      part: 'client-minikube',
      wanted: async (found) => minikubeWanted(found, folder, ca),
      ...(access === undefined
        ? {}
        : { remark: `For Docker in the nodes: minikube start ${minikubeFlags(access)}` }),
    },
    args,
    context,
  );
}

/** minikube takes `MINIKUBE_HOME` for the folder itself when that is its name, else for the one around it. */
function minikubeFolder({ env, home }: Pick<CliContext, 'env' | 'home'>): string {
  const asked = env['MINIKUBE_HOME'];
  if (asked === undefined || !asked.startsWith('/')) return join(home, '.minikube');
  return basename(asked) === '.minikube' ? asked : join(asked, '.minikube');
}
