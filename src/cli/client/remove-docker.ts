import { linkTarget } from '../../host/file-copy.js';
import { writeFileAtomic } from '../../host/files.js';
import { isSameMirror, mirrorsIn, withoutMirror } from '../../render/clients/daemon-json.js';
import { dockerAbilities } from '../../render/clients/docker-version.js';
import { dockerMirror } from '../../render/clients/dockerd.js';
import { forgetMirror, hasMirror } from '../../render/clients/forget-mirror.js';
import { describeHostStep, showPlan } from '../../render/host/show.js';
import type { Arguments, CliContext } from '../command.js';
import { EXIT } from '../exit-code.js';
import { changeHost } from '../host-change.js';
import { reading } from './check-docker-config.js';
import { type DaemonJsonState, DOCKER_PART, type DockerFacts, readDaemonJson } from './docker-facts.js';
import { bringIntoForce } from './docker-force.js';
import { localMirror } from './mirror-address.js';
import type { DockerOutcome } from './run-dockerd.js';

/**
 * Puts back what was there before Docker used the mirror. Without a note of it, only what names the mirror is taken out.
 * @throws MirrorError
 */
export async function removeDocker(
  args: Arguments,
  context: CliContext,
  facts: DockerFacts,
): Promise<DockerOutcome> {
  const state = await readDaemonJson(facts.places.file, context);
  return state.hasRecord
    ? await undo(args, context, facts, state)
    : await takeOut(args, context, facts, state);
}

async function undo(
  args: Arguments,
  context: CliContext,
  facts: DockerFacts,
  state: DaemonJsonState,
): Promise<DockerOutcome> {
  const { file } = facts.places;
  const dryRun = args.flag('dry-run');
  const { steps, refused } = await changeHost(
    {
      part: DOCKER_PART,
      force: args.flag('force'),
      dryRun,
      what: { kind: 'undo', edited: editedWithout(file, state) },
    },
    context,
  );
  const shown = steps.filter(({ kind }) => kind !== 'note').map(describeHostStep);
  if (dryRun) return { steps: shown, status: EXIT.ok, done: shown.length === 0 };
  const url = state.earlier?.mirror.url;
  const left = await readDaemonJson(file, context);
  const isLeft = url !== undefined && mirrorsIn(left.text).some((each) => isSameMirror(each, url));
  if (isLeft) {
    const { stderr } = context;
    stderr.write(`warning: ${file} named the mirror before it was configured here: it was left so\n`);
  }
  const status =
    url === undefined || isLeft
      ? EXIT.ok
      : await bringIntoForce(facts, (info) => !hasMirror(info, url), args, context);
  if (!isLeft && refused.length === 0)
    context.stdout.write(`Docker does not use ${url ?? 'the mirror'} any more.\n`);
  return { steps: shown, status: refused.length > 0 ? EXIT.failed : status, done: refused.length === 0 };
}

/** What is left of a file that was changed since, without our part; undefined when nothing would be. */
function editedWithout(
  file: string,
  { text, earlier, isNoted }: DaemonJsonState,
): ReadonlyMap<string, string | undefined> {
  if (text === undefined || earlier === undefined || !isNoted) return new Map();
  const after = reading(file, () => withoutMirror(text, earlier.mirror, { text: earlier.text }));
  const isNothing = earlier.text === undefined && /^\s*\{\s*\}\s*$/.test(after);
  return new Map([[file, isNothing ? undefined : after]]);
}

/** For a file that was configured by hand, or whose record is lost. */
async function takeOut(
  args: Arguments,
  context: CliContext,
  facts: DockerFacts,
  { text }: DaemonJsonState,
): Promise<DockerOutcome> {
  const { places, info } = facts;
  const { file, host, pidFile = '' } = places;
  const { losesLoopback } = dockerAbilities(info ?? { version: '', hasContainerdStore: false });
  const mirror = dockerMirror((await localMirror(args, context)).url, { losesLoopback });
  const after = text === undefined ? undefined : reading(file, () => withoutMirror(text, mirror));
  if (text === undefined || after === undefined || after === text) {
    context.stdout.write(`${file} does not name ${mirror.url}: nothing is to be done.\n`);
    return { steps: [], status: EXIT.ok, done: true };
  }
  const step = {
    kind: 'write-file',
    path: file,
    content: after,
    before: Buffer.from(text),
    mode: 0o644,
  } as const;
  const shown = [describeHostStep(step)];
  if (args.flag('dry-run')) {
    context.stdout.write(showPlan({ steps: [step], refused: [] }));
    return { steps: shown, status: EXIT.ok, done: false };
  }
  const { url, insecureAddress } = mirror;
  await forgetMirror({
    kind: 'forget-mirror',
    ...{ file, host, pidFile, url, losesLoopback },
    ...(insecureAddress === undefined ? {} : { insecureAddress }),
  });
  await writeFileAtomic(await linkTarget(file), after);
  context.stdout.write(`${describeHostStep(step)}\n`);
  const status = await bringIntoForce(facts, (now) => !hasMirror(now, url), args, context);
  context.stdout.write(`Docker does not use ${url} any more.\n`);
  return { steps: shown, status, done: true };
}
