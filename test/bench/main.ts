import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBench } from './bench.js';
import { describeMachine } from './machine.js';
import { type Options, readCommand, USAGE, UsageError } from './options.js';
import { kconfiglibVersion } from './peers/kconfiglib.js';
import { mirror } from './peers/mirror.js';
import { nginx } from './peers/nginx.js';
import type { Peer } from './peers/peer.js';
import { skopeoVersion } from './peers/skopeo.js';
import { stock } from './peers/stock.js';
import { markdown, type Report, replaceBetweenMarkers } from './report.js';
import type { RowResult } from './result.js';
import { ROWS } from './rows/all.js';
import { resultOf } from './rows/row.js';
import { makeScratch, type Scratch } from './scratch.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

function findPeers(options: Options): Peer[] {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const self = options.withoutMirror ? undefined : mirror(ROOT, version);
  if (!options.withoutMirror && self === undefined) {
    throw new UsageError('dist/bundle/main.cjs is not there: run "npm run build", or give --without-mirror');
  }
  const found = [self, stock(), nginx()];
  for (const [i, name] of ['', 'docker-registry', 'nginx'].entries()) {
    if (i > 0 && found[i] === undefined) progress(`${name} is not installed: its column stays empty`);
  }
  return found.filter((peer) => peer !== undefined);
}

function progress(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

async function measure(options: Options, scratch: Scratch): Promise<Report> {
  const started = performance.now();
  const machine = describeMachine();
  const peers = findPeers(options);
  const bench = await openBench(options, scratch, peers, progress);
  const kconfiglib = kconfiglibVersion();
  const skopeo = skopeoVersion();
  const rows: RowResult[] = [];
  for (const row of ROWS) {
    if (options.only.length > 0 && !options.only.includes(row.name)) continue;
    rows.push(resultOf(row, await row.run(bench)));
  }
  return {
    date: new Date().toISOString(),
    machine,
    versions: {
      direct: 'the upstream itself, a Node process serving from memory',
      ...Object.fromEntries(peers.map(({ name, version }) => [name, version])),
      ...(kconfiglib === undefined ? {} : { kconfiglib }),
      ...(skopeo === undefined ? {} : { skopeo }),
    },
    mode: options.mode,
    rounds: options.rounds,
    took: (performance.now() - started) / 1000,
    rows,
  };
}

function publish(report: Report, options: Options): number {
  const text = markdown(report);
  process.stdout.write(text);
  const file = resolve(options.json);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  progress(`results are in ${file}`);
  if (options.docs) {
    const page = join(ROOT, 'docs/benchmarks.md');
    writeFileSync(page, replaceBetweenMarkers(readFileSync(page, 'utf8'), text));
  }
  const kept = report.rows.every(({ checks }) => checks.every(({ ok }) => ok === true));
  return options.check && !kept ? 1 : 0;
}

async function run(options: Options): Promise<number> {
  const scratch = makeScratch(options.dir, options.sizes.needed);
  process.once('exit', () => scratch.dispose());
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => process.exit(status));
  }
  return publish(await measure(options, scratch), options);
}

async function main(): Promise<number> {
  const command = readCommand(
    process.argv.slice(2),
    ROWS.map(({ name }) => name),
  );
  if (command.kind === 'run') return run(command.options);
  const lines =
    command.kind === 'help' ? [USAGE] : ROWS.map(({ name, title }) => `${name.padEnd(14)} ${title}`);
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`bench: ${message}\n`);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
