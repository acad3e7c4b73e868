import type { DockerdInfo } from '../../host/dockerd.js';
import { type DockerMirror, withMirror } from '../../render/clients/daemon-json.js';
import { dockerAbilities } from '../../render/clients/docker-version.js';
import { dockerdWanted, dockerMirror } from '../../render/clients/dockerd.js';
import { hasMirror } from '../../render/clients/forget-mirror.js';
import { describeHostStep } from '../../render/host/show.js';
import type { Arguments, CliContext } from '../command.js';
import { EXIT } from '../exit-code.js';
import { changeHost } from '../host-change.js';
import { reading, refuseTwice, validate } from './check-docker-config.js';
import { DOCKER_PART, type DockerFacts, readDaemonJson } from './docker-facts.js';
import { bringIntoForce } from './docker-force.js';
import { localMirror } from './mirror-address.js';
import type { DockerOutcome } from './run-dockerd.js';

/** An engine that cannot be asked is taken for an ordinary one. */
const UNKNOWN = { version: '', hasContainerdStore: false };

/**
 * Has Docker use the mirror, or shows what would be done for it.
 * @throws MirrorError; when the file cannot be used, nothing was changed
 */
export async function applyDocker(
  args: Arguments,
  context: CliContext,
  facts: DockerFacts,
): Promise<DockerOutcome> {
  const { places, info } = facts;
  const { file } = places;
  const abilities = dockerAbilities(info ?? UNKNOWN);
  const mirror = dockerMirror((await localMirror(args, context)).url, abilities);
  const state = await readDaemonJson(file, context);
  const dryRun = args.flag('dry-run') || !args.flag('apply');
  const wanted = reading(file, () => dockerdWanted({ places, mirror, ...state }));
  const content = reading(file, () => withMirror(state.text, mirror));
  refuseTwice(facts, content);
  if (!dryRun && content !== state.text) await validate(content, facts, abilities, context);
  const { steps } = await changeHost(
    { part: DOCKER_PART, force: args.flag('force'), dryRun, what: { kind: 'apply', wanted } },
    context,
  );
  const shown = steps.filter(({ kind }) => kind !== 'note').map(describeHostStep);
  if (dryRun) {
    if (shown.length > 0 && !args.flag('apply')) {
      context.stdout.write('Nothing was changed: give --apply to do this.\n');
    }
    return { steps: shown, status: EXIT.ok, done: shown.length === 0 };
  }
  const status = await bringIntoForce(facts, isInForce(mirror), args, context);
  if (info !== undefined) context.stdout.write(`Docker ${info.version} pulls through ${mirror.url}.\n`);
  return { steps: shown, status, done: true };
}

function isInForce({ url, insecureAddress }: DockerMirror): (info: DockerdInfo) => boolean {
  return (info) =>
    hasMirror(info, url) && (insecureAddress === undefined || info.insecure.includes(insecureAddress));
}
