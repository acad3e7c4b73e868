import type { DockerdInfo } from '../../host/dockerd.js';
import { readTextIfThere } from '../../host/files.js';
import { type DockerMirror, withMirror } from '../../render/clients/daemon-json.js';
import { dockerAuthority, dockerHostsWanted } from '../../render/clients/docker-hosts.js';
import { dockerAbilities } from '../../render/clients/docker-version.js';
import { dockerdWanted, dockerMirror, isLoopback } from '../../render/clients/dockerd.js';
import { hasMirror } from '../../render/clients/forget-mirror.js';
import type { MirrorAccess } from '../../render/clients/mirror-access.js';
import { describeHostStep } from '../../render/host/show.js';
import type { Wanted } from '../../render/host/wanted.js';
import type { Arguments, CliContext } from '../command.js';
import { EXIT } from '../exit-code.js';
import { changeHost } from '../host-change.js';
import { mirrorAccess } from './access.js';
import { reading, refuseTwice, validate } from './check-docker-config.js';
import { DOCKER_PART, type DockerFacts, readDaemonJson } from './docker-facts.js';
import { bringIntoForce } from './docker-force.js';
import type { DockerOutcome } from './run-dockerd.js';

/** An engine that cannot be asked is taken for an ordinary one. */
const UNKNOWN = { version: '', hasContainerdStore: false };

/**
 * Has Docker use the mirror, or shows what would be done for it.
 * @throws MirrorError; when a file cannot be used, nothing was changed
 */
export async function applyDocker(
  args: Arguments,
  context: CliContext,
  facts: DockerFacts,
): Promise<DockerOutcome> {
  const access = await mirrorAccess(args, context);
  return dockerAbilities(facts.info ?? UNKNOWN).readsHostsToml
    ? await applyHosts(access, args, context, facts)
    : await applyDaemonJson(access, args, context, facts);
}

/** Docker Hub only, through daemon.json. */
async function applyDaemonJson(
  access: MirrorAccess,
  args: Arguments,
  context: CliContext,
  facts: DockerFacts,
): Promise<DockerOutcome> {
  const { places, info } = facts;
  const { file } = places;
  if (places.kind !== 'engine' && isLoopback(access.url.hostname)) {
    context.stderr.write(
      `warning: this Docker has a network of its own, where ${access.url.host} is not this host: give --url http://ADDRESS-OF-THIS-HOST:PORT\n`,
    );
  }
  const abilities = dockerAbilities(info ?? UNKNOWN);
  const mirror = dockerMirror(access.url, abilities);
  const state = await readDaemonJson(file, context);
  const authority = access.ca === undefined ? undefined : await readTextIfThere(access.ca);
  const wanted = [
    ...(authority === undefined ? [] : [dockerAuthority(access.url, authority, places)]),
    ...reading(file, () => dockerdWanted({ places, mirror, ...state })),
  ];
  const content = reading(file, () => withMirror(state.text, mirror));
  refuseTwice(facts, content);
  if (!isDry(args) && content !== state.text) await validate(content, facts, abilities, context);
  const steps = await change(wanted, args, context);
  if (isDry(args)) return { steps, status: EXIT.ok, done: steps.length === 0 };
  const status = await bringIntoForce(facts, isInForce(mirror), args, context);
  if (info !== undefined) context.stdout.write(`Docker ${info.version} pulls through ${mirror.url}.\n`);
  return { steps, status, done: true };
}

/** Every registry that the mirror fetches from, through files that the engine reads at each pull. */
async function applyHosts(
  access: MirrorAccess,
  args: Arguments,
  context: CliContext,
  { places, info }: DockerFacts,
): Promise<DockerOutcome> {
  const steps = await change(dockerHostsWanted(access, places), args, context);
  if (isDry(args)) return { steps, status: EXIT.ok, done: steps.length === 0 };
  context.stdout.write(
    `Docker ${info?.version} pulls images of ${access.upstreams.join(', ')} through ${access.url.origin}.\n`,
  );
  return { steps, status: EXIT.ok, done: true };
}

/** Makes or shows the change, and gives it in words. */
async function change(wanted: readonly Wanted[], args: Arguments, context: CliContext): Promise<string[]> {
  const dryRun = isDry(args);
  const { steps } = await changeHost(
    { part: DOCKER_PART, force: args.flag('force'), dryRun, what: { kind: 'apply', wanted } },
    context,
  );
  const shown = steps.filter(({ kind }) => kind !== 'note').map(describeHostStep);
  if (dryRun && shown.length > 0 && !args.flag('apply')) {
    context.stdout.write('Nothing was changed: give --apply to do this.\n');
  }
  return shown;
}

function isDry(args: Arguments): boolean {
  return args.flag('dry-run') || !args.flag('apply');
}

function isInForce({ url, insecureAddress }: DockerMirror): (info: DockerdInfo) => boolean {
  return (info) =>
    hasMirror(info, url) && (insecureAddress === undefined || info.insecure.includes(insecureAddress));
}
