import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { arch } from 'node:os';
import * as z from 'zod';
import { type GetJsonOptions, getJson } from '../../host/get-json.js';
import { isInstalled } from '../../host/installed.js';
import type { MirrorAccess } from '../../render/clients/mirror-access.js';
import type { Arguments, CliContext } from '../command.js';
import { CommandFailure, Interrupted } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { mirrorAccess } from './access.js';
import { attempt, type ProbePuller, pullers } from './probe-pull.js';
import { VERIFIABLE } from './verify.js';

/** What was found out of one engine. */
interface Verdict {
  readonly engine: string;
  /** Whether a pull came through the mirror. */
  readonly through: boolean;
  /** What the engine calls itself to the mirror. */
  readonly agent: string | null;
  readonly problem: string | null;
  readonly hint: string | null;
}

/** `/probe/NONCE` of the mirror. */
const record = z.object({ manifests: z.number(), blobs: z.number(), agents: z.array(z.string()) });

/** Node's names of processors, as images have them. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };

/** `docker-mirror client verify` */
export async function runVerify(args: Arguments, context: CliContext): Promise<ExitCode> {
  const access = await mirrorAccess(args, context);
  const registry = args.text('registry') ?? 'docker.io';
  if (!access.upstreams.includes(registry)) {
    throw new CommandFailure(`the mirror does not fetch from ${registry}`, {
      hint: `it fetches from ${access.upstreams.join(', ')}: name one with --registry`,
    });
  }
  const trust = access.ca === undefined ? {} : { ca: await readFile(access.ca, 'utf8') };
  await readProbe(access, newNonce(), trust);
  const known = pullers({ namespace: args.text('namespace') ?? 'default', address: args.text('address') });
  const verdicts: Verdict[] = [];
  for (const engine of await enginesToTry(args, known)) {
    const puller = known[engine];
    if (puller === undefined) continue;
    verdicts.push(await verify(engine, puller, registry, access, trust, context));
    if (context.interrupted.aborted) throw new Interrupted('interrupted; the probe image was removed');
  }
  show(verdicts, access, args, context);
  return verdicts.every(({ through }) => through) ? EXIT.ok : EXIT.failed;
}

async function enginesToTry(
  args: Arguments,
  known: Readonly<Record<string, ProbePuller>>,
): Promise<readonly string[]> {
  const asked = args.text('engine');
  if (asked !== undefined) return [asked];
  const found = await Promise.all(
    VERIFIABLE.map(async (engine) => ((await isInstalled(known[engine]?.program ?? '')) ? [engine] : [])),
  );
  const engines = found.flat();
  if (engines.length > 0) return engines;
  throw new CommandFailure('no container engine was found here', {
    hint: `it looks for ${VERIFIABLE.map((engine) => known[engine]?.program).join(', ')} on the PATH`,
  });
}

async function verify(
  engine: string,
  puller: ProbePuller,
  registry: string,
  access: MirrorAccess,
  trust: GetJsonOptions,
  context: CliContext,
): Promise<Verdict> {
  const verdict = { engine, through: false, agent: null, hint: null };
  if (puller.only !== undefined && puller.only !== registry) {
    return { ...verdict, problem: `asks mirrors for images of ${puller.only} only` };
  }
  const nonce = newNonce();
  const reference = `${registry}/docker-mirror-probe/${nonce}:${ARCHITECTURES[arch()] ?? arch()}`;
  const problem = await attempt(puller.program, puller.pull(reference), context.interrupted);
  // Also when the pull was cut short: what came of it may be there.
  const left = await attempt(puller.program, puller.remove(reference), AbortSignal.timeout(60_000));
  if (problem === undefined && left !== undefined) {
    context.stderr.write(`warning: ${engine}: ${reference} could not be removed: ${left}\n`);
  }
  const { manifests, agents } = await readProbe(access, nonce, trust);
  const agent = agents[0] ?? null;
  if (problem === undefined && manifests > 0) return { ...verdict, through: true, agent, problem: null };
  if (manifests > 0) {
    return { ...verdict, agent, problem: `asked the mirror and could not pull: ${problem}` };
  }
  const said = problem === undefined ? '' : ` (it said: ${problem})`;
  return {
    ...verdict,
    problem: `did not ask ${access.url.origin}${said}`,
    hint: `docker-mirror client ${engine === 'docker' ? 'dockerd' : CONFIGURED_BY[engine]} --apply`,
  };
}

const CONFIGURED_BY: Readonly<Record<string, string>> = {
  podman: 'podman',
  containerd: 'containerd',
  nerdctl: 'containerd',
  crictl: 'containerd',
};

/**
 * What the mirror has noted of a probe image: each request before it is answered, so nothing is missing when a pull is over.
 * @throws CommandFailure when it does not answer, or is no docker-mirror
 */
async function readProbe(
  access: MirrorAccess,
  nonce: string,
  trust: GetJsonOptions,
): Promise<z.infer<typeof record>> {
  const url = new URL(`/probe/${nonce}`, access.url);
  const answer = await getJson(url, trust).catch(async (error: Error) => {
    throw new CommandFailure(`the mirror at ${access.url.origin} does not answer: ${error.message}`, {
      hint: 'start it with "docker-mirror start", or say where it is with --url, and whom it trusts with --ca',
      cause: error,
    });
  });
  if (answer.status === 401) {
    throw new CommandFailure(`the mirror at ${access.url.origin} wants a user name and a password`, {
      hint: 'engines give none to a mirror of another registry: look into its log instead',
    });
  }
  const parsed = record.safeParse(answer.document);
  if (parsed.success) return parsed.data;
  throw new CommandFailure(`what answers at ${access.url.origin} is no docker-mirror that can be asked`, {
    hint: 'say where it is with --url',
  });
}

function newNonce(): string {
  return randomBytes(16).toString('hex');
}

function show(
  verdicts: readonly Verdict[],
  { url }: MirrorAccess,
  args: Arguments,
  context: CliContext,
): void {
  if (args.flag('json')) {
    const report = { version: 1, mirror: url.origin, engines: verdicts };
    context.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
    return;
  }
  for (const { engine, through, agent, problem, hint } of verdicts) {
    const name = engine.padEnd(12);
    if (through)
      context.stdout.write(`${name}pulls through ${url.origin} (it says it is ${agent ?? 'nobody'})\n`);
    else context.stdout.write(`${name}${problem}\n${hint === null ? '' : `${' '.repeat(12)}→ ${hint}\n`}`);
  }
}
