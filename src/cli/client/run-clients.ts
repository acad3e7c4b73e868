import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { MirrorError } from '../../errors.js';
import { readTextIfThere } from '../../host/files.js';
import { buildkitdToml } from '../../render/clients/buildkitd-toml.js';
import { CONTAINERD_CONFIG, containerdWanted } from '../../render/clients/containerd.js';
import { hostsFiles } from '../../render/clients/hosts-toml.js';
import { CONTAINERS_FOLDER, registriesFiles } from '../../render/clients/registries-conf.js';
import { K3S_FILE, registriesYaml, withoutMirrorYaml } from '../../render/clients/registries-yaml.js';
import { outsideBlock } from '../../render/marked-block.js';
import type { Arguments, CliContext } from '../command.js';
import { CommandFailure } from '../errors.js';
import type { ExitCode } from '../exit-code.js';
import { changeClient } from './change-client.js';
import { isForUser, userConfigFolder } from './place.js';
import { runningUnits, unitActions } from './restarting.js';

/** `docker-mirror client containerd` */
export async function runContainerd(args: Arguments, context: CliContext): Promise<ExitCode> {
  if (isForUser(args, context)) {
    const folder = join(userConfigFolder(context), 'containerd', 'certs.d');
    return await changeClient(
      { part: 'client-containerd-user', wanted: async (access) => hostsFiles(access, folder) },
      args,
      context,
    );
  }
  const units = args.flag('restart') ? await runningUnits(['containerd.service']) : [];
  return await changeClient(
    {
      part: 'client-containerd',
      wanted: async (access) => {
        const config = await readTextIfThere(CONTAINERD_CONFIG);
        return about(CONTAINERD_CONFIG, () => containerdWanted(access, config));
      },
      after: { actions: unitActions('try-restart', units), on: [CONTAINERD_CONFIG] },
      advice: {
        [CONTAINERD_CONFIG]:
          'containerd reads config.toml when it starts: systemctl restart containerd (containers go on running)',
      },
    },
    args,
    context,
  );
}

/** podman, skopeo, buildah and CRI-O share their files, so they are noted together. */
const CONTAINERS_PART = 'client-containers';

/** `docker-mirror client podman` */
export async function runPodman(args: Arguments, context: CliContext): Promise<ExitCode> {
  const isUser = isForUser(args, context);
  const folder = isUser ? join(userConfigFolder(context), 'containers') : CONTAINERS_FOLDER;
  const part = isUser ? `${CONTAINERS_PART}-user` : CONTAINERS_PART;
  return await changeClient(
    { part, wanted: async (access) => registriesFiles(access, folder) },
    args,
    context,
  );
}

/** `docker-mirror client cri-o` */
export async function runCriO(args: Arguments, context: CliContext): Promise<ExitCode> {
  const actions = unitActions('reload', await runningUnits(['crio.service']));
  return await changeClient(
    {
      part: CONTAINERS_PART,
      wanted: async (access) => registriesFiles(access, CONTAINERS_FOLDER),
      after: { actions, on: [CONTAINERS_FOLDER] },
    },
    args,
    context,
  );
}

/** `docker-mirror client buildkit` */
export async function runBuildkit(args: Arguments, context: CliContext): Promise<ExitCode> {
  const isUser = isForUser(args, context);
  const usual = isUser
    ? join(userConfigFolder(context), 'buildkit', 'buildkitd.toml')
    : '/etc/buildkit/buildkitd.toml';
  const units = args.flag('restart') ? await runningUnits(['buildkit.service']) : [];
  return await changeTheirs(
    {
      ...placeOf('client-buildkit', usual, args, context),
      units,
      edit: (access, text) => buildkitdToml(access, text),
      without: outsideBlock,
      advice:
        'buildkitd reads this when it starts: systemctl restart buildkit, or "docker buildx create --config"',
    },
    args,
    context,
  );
}

/** `docker-mirror client k3s` */
export async function runK3s(args: Arguments, context: CliContext): Promise<ExitCode> {
  const units = args.flag('restart')
    ? await runningUnits(['k3s.service', 'k3s-agent.service', 'rke2-server.service', 'rke2-agent.service'])
    : [];
  return await changeTheirs(
    {
      ...placeOf('client-k3s', K3S_FILE, args, context),
      units,
      edit: (access, text) => registriesYaml(access, text),
      without: withoutMirrorYaml,
      advice: 'k3s reads this when it starts: systemctl restart k3s, or k3s-agent (containers go on running)',
    },
    args,
    context,
  );
}

/** An engine with one file, which is somebody else's. */
interface OneFile {
  readonly part: string;
  readonly file: string;
  readonly units: readonly string[];
  edit(access: Parameters<typeof buildkitdToml>[0], text: string): string;
  without(text: string): string;
  readonly advice: string;
}

async function changeTheirs(one: OneFile, args: Arguments, context: CliContext): Promise<ExitCode> {
  const { part, file, units, edit, without, advice } = one;
  return await changeClient(
    {
      part,
      advice: { [file]: advice },
      wanted: async (access) => {
        const text = (await readTextIfThere(file)) ?? '';
        const content = about(file, () => edit(access, text));
        return [{ kind: 'file', whose: 'theirs', path: file, mode: 0o644, content }];
      },
      after: { actions: unitActions('try-restart', units), on: [file] },
      withoutUs: async () => {
        const text = await readTextIfThere(file);
        const left = text === undefined ? '' : about(file, () => without(text));
        return new Map([[file, left.trim() === '' ? undefined : left]]);
      },
    },
    args,
    context,
  );
}

/** The file that is meant, and under which name its change is noted: files that were asked for each have one of their own. */
function placeOf(
  part: string,
  usual: string,
  args: Arguments,
  { cwd }: CliContext,
): { readonly part: string; readonly file: string } {
  const asked = args.text('file');
  const file = asked === undefined ? usual : resolve(cwd, asked);
  const own = createHash('sha256').update(file).digest('hex').slice(0, 8);
  return { part: asked === undefined ? part : `${part}-${own}`, file };
}

/** Has what goes wrong with a file's text name the file. */
function about<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MirrorError)) throw error;
    const { hint = 'put that right, and try again' } = error;
    throw new CommandFailure(`${file}: ${error.message}; nothing was changed`, { hint, cause: error });
  }
}
