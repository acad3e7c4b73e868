import { MirrorError } from '../../errors.js';
import { exportsInForce } from '../../host/exports.js';
import { readTextIfThere } from '../../host/files.js';
import { layoutOf } from '../../render/layout.js';
import { exportsText, withoutOctal } from '../../render/nfs/exports.js';
import { EXPORTS_FILE } from '../../render/nfs/nfs-wanted.js';
import type { Arguments, CliContext } from '../command.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { mirrorPath } from '../location.js';
import {
  firewallOfHost,
  needsFsid,
  protocolOfHost,
  realFolder,
  serverOfHost,
  unitOfHost,
} from './nfs-host.js';

/** What `nfs --status --json` prints. Fields may be added; those here keep their names and meanings. */
interface NfsReport {
  readonly version: 1;
  /** Whether the settings want it shared. */
  readonly wanted: boolean;
  /** The folder. */
  readonly path: string;
  /** Our file; null when it is not there. */
  readonly file: string | null;
  /** Whether that file is what the settings would have. */
  readonly current: boolean;
  /** The lines of the NFS server about the folder; null when it cannot be asked. */
  readonly exports: readonly string[] | null;
  /** The unit of the server, and whether it runs; null without systemd. */
  readonly unit: { readonly name: string; readonly active: boolean; readonly enabled: boolean } | null;
  /** Whether firewalld lets NFS through; null when it is not active. */
  readonly firewallOpen: boolean | null;
  readonly port: number;
  /** What nfs.conf says about versions. */
  readonly versions: Readonly<Record<string, boolean>>;
}

/** Says whether the folder is shared, and how it can be mounted. */
export async function showNfsStatus(args: Arguments, context: CliContext): Promise<ExitCode> {
  const report = await gather(args, context);
  context.stdout.write(args.flag('json') ? `${JSON.stringify(report, undefined, 2)}\n` : describe(report));
  if (report.file === null) return report.wanted ? EXIT.failed : EXIT.notRunning;
  const isInForce = report.exports === null || report.exports.length > 0;
  return report.current && isInForce && report.unit?.active !== false ? EXIT.ok : EXIT.failed;
}

async function gather(args: Arguments, context: CliContext): Promise<NfsReport> {
  const { root } = layoutOf(mirrorPath(args, context));
  const path = (await realFolder(root)) ?? root;
  const nfs = (await context.settings.load(context.env, false)).settings.mirror?.nfs;
  const text = await readTextIfThere(EXPORTS_FILE);
  const isThere = (await realFolder(root)) !== undefined;
  const expected =
    nfs === undefined
      ? undefined
      : exportsText({ path, ...nfs, needsFsid: isThere && (await needsFsid(path)) });
  const unit = await unitOfHost((await serverOfHost()).unit);
  const { port, versions } = await protocolOfHost();
  const lines = await inForce();
  return {
    version: 1,
    wanted: nfs !== undefined,
    path,
    file: text === undefined ? null : EXPORTS_FILE,
    current: text === expected,
    exports: lines?.filter((line) => withoutOctal(line.split('  ')[0] ?? '') === path) ?? null,
    unit: unit ?? null,
    firewallOpen: (await firewallOfHost())?.open ?? null,
    port,
    versions,
  };
}

async function inForce(): Promise<readonly string[] | undefined> {
  try {
    return await exportsInForce();
  } catch (error) {
    // A server that does not answer has nothing in force that could be told.
    if (error instanceof MirrorError) return undefined;
    throw error;
  }
}

function describe(report: NfsReport): string {
  const { file, path, exports, unit, firewallOpen, port, versions } = report;
  const shared = file === null ? 'no' : report.current ? 'yes' : 'yes, but not as the settings say';
  const versionTexts = Object.entries(versions).map(([name, on]) => `${name} ${on ? 'on' : 'off'}`);
  const rows: [string, string | null][] = [
    ['shared', shared],
    ['folder', path],
    ['file', file],
    ['in force', exports === null ? 'the server cannot be asked' : exports.join('\n               ') || 'no'],
    [
      'server',
      unit === null ? 'not a service of systemd' : `${unit.name}, ${unit.active ? 'active' : 'not active'}`,
    ],
    [
      'firewall',
      firewallOpen === null ? null : firewallOpen ? 'lets NFS through' : 'does not let NFS through',
    ],
    ['port', String(port)],
    ['versions', versionTexts.join(', ') || null],
  ];
  return rows
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name.padEnd(15)}${value}\n`)
    .join('');
}
