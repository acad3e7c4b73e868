import { hostname } from 'node:os';
import { MirrorError } from '../errors.js';
import { hostPort } from '../host/address.js';
import { readTextIfThere } from '../host/files.js';
import { aliasesOf, parseImageList } from '../oci/image-list.js';
import { isHost } from '../oci/name.js';
import { type MirrorNames, type RewriteStyle, type RewrittenImage, rewriteImage } from '../oci/rewrite.js';
import { layoutOf } from '../render/layout.js';
import type { EngineConfig } from '../settings/engine-config.js';
import type { Arguments, CliContext, Command } from './command.js';
import { baseUrl, listenAddresses, probeMirror } from './endpoint.js';
import { UsageError } from './errors.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { mirrorPath, PATH_OPTION } from './location.js';
import { describeError } from './report.js';

const STYLES: readonly RewriteStyle[] = ['short', 'full'];

/** `docker-mirror rewrite` */
export const rewriteCommand: Command = {
  usage: 'rewrite <images..>',
  summary: 'Print the name to pull each image by: from the mirror when it answers, else its own',
  positionals: {
    images: { type: 'text', describe: 'Names of images; "-" reads them from standard input, one a line' },
  },
  options: {
    ...PATH_OPTION,
    style: {
      type: 'text',
      choices: STYLES,
      describe: 'Without the first component, where that is clear, or with the registry',
      defaultText: 'short',
    },
    host: {
      type: 'text',
      describe: 'How guests reach this host; the port of the mirror is added when there is none',
    },
    json: { type: 'flag', describe: 'Print JSON, for programs' },
  },
  examples: [
    [
      '$0 rewrite postgres:16 ghcr.io/owner/app:1',
      'localhost:5000/postgres:16 and localhost:5000/owner/app:1',
    ],
    ['$0 rewrite --style full ghcr.io/owner/app:1', 'localhost:5000/ghcr.io/owner/app:1'],
    ['$0 rewrite --host 192.168.122.1 - <images.txt', 'for guests'],
  ],
  async run(args, context) {
    const images = await imagesOf(args, context);
    const mirror = await namesOf(args, context);
    const style = (args.text('style') ?? 'short') as RewriteStyle;
    let status: ExitCode = EXIT.ok;
    const rewritten = images.map((image): RewrittenImage => {
      try {
        if (typeof mirror !== 'string') return rewriteImage(image, style, mirror);
        return { image, name: image, style: 'original', why: mirror };
      } catch (error) {
        if (!(error instanceof MirrorError)) throw error;
        status = EXIT.failed;
        return { image, name: image, style: 'original', why: error.message };
      }
    });
    tell(rewritten, mirror, context);
    context.stdout.write(
      args.flag('json')
        ? `${JSON.stringify(rewritten, undefined, 2)}\n`
        : rewritten.map(({ name }) => `${name}\n`).join(''),
    );
    return status;
  },
};

/** Says why names are the original ones: that no mirror answers once, what is the matter with an image for each. */
function tell(images: readonly RewrittenImage[], mirror: MirrorNames | string, context: CliContext): void {
  if (typeof mirror === 'string') {
    context.stderr.write(`docker-mirror: ${mirror}: the original names are printed\n`);
    return;
  }
  for (const { image, why } of images) {
    if (why !== undefined) context.stderr.write(`docker-mirror: ${image}: ${why}\n`);
  }
}

async function imagesOf(args: Arguments, context: CliContext): Promise<string[]> {
  const images: string[] = [];
  for (const word of args.list('images')) {
    if (word === '-') images.push(...(await linesOf(context)));
    else images.push(word);
  }
  return images;
}

/** Blank lines and what follows a `#` are passed over, as in the list of images. */
async function linesOf({ stdin, interrupted }: CliContext): Promise<string[]> {
  const reader = stdin.open();
  const images: string[] = [];
  try {
    for (;;) {
      const line = await reader.next(interrupted);
      if (line === undefined) return images;
      const image = line.replace(/(?:^|\s)#.*$/, '').trim();
      if (image !== '') images.push(image);
    }
  } finally {
    reader.close();
  }
}

/** What the mirror that answers calls its images, or why there is none. */
async function namesOf(args: Arguments, context: CliContext): Promise<MirrorNames | string> {
  const host = args.text('host');
  if (host !== undefined && !isHost(host) && !isHost(`[${host}]`))
    throw new UsageError(`--host ${host}: not the name or address of a host`);
  const layout = layoutOf(mirrorPath(args, context));
  const config = await readConfig(layout.config, context);
  if (typeof config === 'string') return config;
  const probe = await probeMirror(config.http);
  if (!probe.answers) return `no mirror answers (${probe.reason})`;
  const { port } = config.http.listen;
  const own = new URL(baseUrl(config.http)).host;
  const addresses = listenAddresses(config.http).map(hostPort);
  const loopback = ['localhost', '127.0.0.1', '::1', hostname()].map((name) =>
    hostPort({ host: name, port }),
  );
  const list = config.mirror.images === undefined ? undefined : await readTextIfThere(config.mirror.images);
  return {
    address: host === undefined ? own : withPort(host, port),
    ownAddresses: [own, ...addresses, ...loopback],
    hosts: config.upstreams.map((upstream) => upstream.host),
    defaultHost: config.upstreams.find(({ isDefault }) => isDefault)?.host,
    aliases: aliasesOf(parseImageList(list ?? '').images),
  };
}

async function readConfig(path: string, context: CliContext): Promise<EngineConfig | string> {
  try {
    if ((await readTextIfThere(path)) === undefined) return 'no mirror is set up here';
    return (await context.engine.loadConfig(path, context.env)).config;
  } catch (error) {
    // Workflows go on with the original names; what is wrong is said on standard error.
    return describeError(error)
      .replace(/^docker-mirror: /, '')
      .trim();
  }
}

function withPort(host: string, port: number): string {
  if (!isHost(host)) return hostPort({ host, port });
  return /:\d+$/.test(host) ? host : `${host}:${port}`;
}
