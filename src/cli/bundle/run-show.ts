import { resolve } from 'node:path';
import { SignatureError } from '../../images/bundle/bundle-error.js';
import { keyPlaces, trustedKeys } from '../../images/bundle/keys.js';
import { type BundleList, imageName, sizeIn } from '../../images/bundle/list.js';
import { type Opened, openBundle } from '../../images/bundle/read-bundle.js';
import { checkSignature } from '../../images/bundle/signature.js';
import { Tape } from '../../images/bundle/tape.js';
import { unitsOf } from '../../images/bundle/units.js';
import { verifyContent } from '../../images/bundle/verify.js';
import { formatBytes } from '../../images/update-event.js';
import { totalSize } from '../../oci/total-size.js';
import { layoutOf } from '../../render/layout.js';
import type { Arguments, CliContext } from '../command.js';
import { Interrupted } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { mirrorPath } from '../location.js';
import { openBundleFile } from './open-bundle-file.js';
import { progressLine } from './progress.js';

/** What `bundle show --json` prints. Fields may be added; those here keep their names and meanings. */
interface Shown {
  readonly created: string;
  readonly list: string;
  /** The list of the bundle that it builds on. */
  readonly parent: string | null;
  readonly since: string | null;
  readonly signature: { readonly key: string | null; readonly state: 'trusted' | 'unknown' | 'wrong' };
  readonly bytes: number;
  readonly members: number;
  readonly images: readonly ShownImage[];
  /** Members that are not what the list says; null: they were not read. */
  readonly damaged: readonly string[] | null;
}

interface ShownImage {
  readonly name: string;
  readonly digest: string;
  readonly upstream: string | null;
  readonly platforms: readonly string[];
  /** Bytes of it in all, and of those that are in this bundle. */
  readonly bytes: number;
  readonly newBytes: number;
}

/** Carries out `docker-mirror bundle show`. */
export async function runShow(args: Arguments, context: CliContext): Promise<ExitCode> {
  const file = args.text('file') ?? '';
  const source = await openBundleFile(resolve(context.cwd, file), file, [], async () => false);
  try {
    const tape = new Tape(source, context.interrupted);
    const opened = await openBundle(tape);
    const signature = await signatureOf(opened, args, context);
    const damaged = args.flag('verify') ? await verified(tape, opened, context) : null;
    const shown = describe(opened, signature, damaged);
    if (args.flag('json')) context.stdout.write(`${JSON.stringify(shown, undefined, 2)}\n`);
    else print(shown, context);
    return signature.state === 'wrong' || (damaged?.length ?? 0) > 0 ? EXIT.failed : EXIT.ok;
  } catch (error) {
    if (!context.interrupted.aborted) throw error;
    throw new Interrupted('interrupted');
  } finally {
    await source.close();
  }
}

async function verified(tape: Tape, opened: Opened, { stderr }: CliContext): Promise<string[]> {
  const line = progressLine(stderr);
  let done = 0;
  try {
    return await verifyContent(tape, opened, (count) => {
      done += count;
      line.at('', done, opened.placed.total);
    });
  } finally {
    line.clear();
  }
}

async function signatureOf(
  opened: Opened,
  args: Arguments,
  context: CliContext,
): Promise<Shown['signature']> {
  try {
    const { fingerprint } = checkSignature(opened.listBytes, opened.signature);
    const layout = layoutOf(mirrorPath(args, context));
    const trusted = await trustedKeys(keyPlaces(layout.configFolder, layout.registry));
    return {
      key: fingerprint,
      state: trusted.some((key) => key.fingerprint === fingerprint) ? 'trusted' : 'unknown',
    };
  } catch (error) {
    if (error instanceof SignatureError) return { key: null, state: 'wrong' };
    throw error;
  }
}

function describe(
  { list, listDigest, placed }: Opened,
  signature: Shown['signature'],
  damaged: readonly string[] | null,
): Shown {
  return {
    created: list.created,
    list: listDigest,
    parent: list.parent?.list ?? null,
    since: list.since ?? null,
    signature,
    bytes: placed.total,
    members: list.members.length,
    images: imagesOf(list),
    damaged,
  };
}

function imagesOf(list: BundleList): ShownImage[] {
  const carried = new Set(list.members);
  return list.repositories.flatMap((repository) =>
    unitsOf(repository, list.manifests).map(({ tag, root, manifests, blobs }) => {
      const all = [...new Set([...manifests, ...blobs])].map((digest) => ({
        digest,
        size: sizeIn(list, digest),
      }));
      return {
        name: imageName(repository, tag, root),
        digest: root,
        upstream: repository.upstream ?? null,
        platforms: list.manifests.get(root)?.platforms ?? [],
        bytes: totalSize(all),
        newBytes: totalSize(all.filter(({ digest }) => carried.has(digest))),
      };
    }),
  );
}

const SIGNATURES = {
  trusted: 'which is trusted here',
  unknown: 'which is not trusted here',
} as const;

function print(shown: Shown, { stdout, stderr }: CliContext): void {
  const { created, parent, since, signature, images, members, bytes, damaged } = shown;
  const lines = [
    `Made: ${created}`,
    ...(parent === null ? [] : [`Builds on the bundle with the list ${parent}`]),
    ...(since === null ? [] : [`Without what was there before ${since}`]),
    ...(signature.state === 'wrong' ? [] : [`Signed by ${signature.key}, ${SIGNATURES[signature.state]}`]),
    `${images.length} images with ${members} parts, ${formatBytes(bytes)}`,
    ...images.map(({ name, platforms, bytes: all, newBytes }) => {
      const size = newBytes === all ? formatBytes(all) : `${formatBytes(newBytes)} of ${formatBytes(all)}`;
      return `  ${name}  ${[...platforms, size].join('  ')}`;
    }),
    ...(damaged?.length === 0 ? ['Every part is what the list says.'] : []),
  ];
  stdout.write(`${lines.join('\n')}\n`);
  if (signature.state === 'wrong')
    stderr.write('docker-mirror: its signature does not fit its list, or is damaged\n');
  for (const member of damaged ?? []) stderr.write(`docker-mirror: ${member} is damaged\n`);
}
