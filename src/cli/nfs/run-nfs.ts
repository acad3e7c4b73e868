import { run } from '../../host/exec.js';
import { findExportfs } from '../../host/exports.js';
import { readHostRecord } from '../../render/host/record.js';
import { layoutOf } from '../../render/layout.js';
import type { NfsServer } from '../../render/nfs/nfs-server.js';
import { EXPORTS_FILE, type NfsFacts, nfsWanted } from '../../render/nfs/nfs-wanted.js';
import type { Arguments, CliContext } from '../command.js';
import { CommandFailure, UsageError } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { changeHost } from '../host-change.js';
import { installedFolder, partFiles } from '../installed-state.js';
import { mirrorPath } from '../location.js';
import {
  closedFolders,
  firewallOfHost,
  needsFsid,
  othersOfHost,
  protocolOfHost,
  realFolder,
  serverOfHost,
  unitOfHost,
} from './nfs-host.js';
import { showNfsStatus } from './nfs-status.js';

/** Under which name it is noted what was done for sharing. */
export const NFS_PART = 'nfs';

/** Milliseconds that installing a package may take. */
const INSTALL_PATIENCE = 600_000;

/** `docker-mirror nfs`: shows, makes or undoes the change, or says how it stands. */
export async function runNfs(args: Arguments, context: CliContext): Promise<ExitCode> {
  const asked = ['apply', 'remove', 'status'].filter((name) => args.flag(name));
  if (asked.length > 1)
    throw new UsageError(`--${asked.join(' and --')} are different things: give one of them`);
  if (args.flag('status')) return await showNfsStatus(args, context);
  return args.flag('remove') ? await unshare(args, context) : await share(args, context);
}

async function unshare(args: Arguments, context: CliContext): Promise<ExitCode> {
  const { refused } = await changeHost(
    {
      part: NFS_PART,
      force: args.flag('force'),
      dryRun: args.flag('dry-run'),
      what: { kind: 'undo', edited: new Map() },
    },
    context,
  );
  return refused.length === 0 ? EXIT.ok : EXIT.failed;
}

async function share(args: Arguments, context: CliContext): Promise<ExitCode> {
  const dryRun = args.flag('dry-run') || !args.flag('apply');
  const { settings, file } = await context.settings.load(context.env, false);
  const nfs = settings.mirror?.nfs;
  if (nfs === undefined) {
    throw new CommandFailure(`${file} says that the folder is not shared by NFS`, {
      hint: 'to share it, run "docker-mirror config set DOCKER_MIRROR_NFS=y" or "make menuconfig"',
    });
  }
  const layout = layoutOf(mirrorPath(args, context));
  const path = await realFolder(layout.root);
  if (path === undefined) {
    throw new CommandFailure(`there is no mirror in ${layout.root} yet`, {
      hint: 'set it up first, with "docker-mirror start" or "make docker-mirror"',
    });
  }
  const server = await serverOfHost();
  await haveServer(server, dryRun, args, context);
  const facts: NfsFacts = {
    share: { path, ...nfs, needsFsid: await needsFsid(path) },
    unit: await unitOfHost(server.unit),
    firewall: await firewallOfHost(),
    record: await readHostRecord(partFiles(installedFolder(context), NFS_PART).record),
  };
  await warn(path, layout.registry, nfs.clients, context);
  const { steps } = await changeHost(
    {
      part: NFS_PART,
      force: args.flag('force'),
      dryRun,
      what: { kind: 'apply', wanted: nfsWanted(facts) },
    },
    context,
  );
  const { stdout } = context;
  if (dryRun) {
    if (steps.some(({ kind }) => kind !== 'note') && !args.flag('apply')) {
      stdout.write('Nothing was changed: give --apply to do this.\n');
    }
    return EXIT.ok;
  }
  if (facts.unit === undefined) {
    stdout.write(`There is no systemd here: see to it that the NFS server runs; it reads ${EXPORTS_FILE}.\n`);
  }
  const { port } = await protocolOfHost();
  const option = port === 2049 ? '' : `,port=${port}`;
  stdout.write(
    `${path} is shared with ${nfs.clients.join(', ')}.\nOn a client: mount -t nfs4 -o ro${option} HOST:${path} /mnt\n`,
  );
  return EXIT.ok;
}

/**
 * Sees to it that there is an NFS server, which is only installed when that is asked for.
 * @throws CommandFailure when there is none and something is to be changed
 */
async function haveServer(
  server: NfsServer,
  dryRun: boolean,
  args: Arguments,
  { stdout, stderr, env }: CliContext,
): Promise<void> {
  if ((await findExportfs(env['PATH'])) !== undefined) return;
  const what = `the NFS server is not installed: it is the package ${server.package}`;
  const how = server.install?.join(' ');
  if (dryRun) {
    stderr.write(`warning: ${what}${how === undefined ? '' : `; "${how}" installs it`}\n`);
    return;
  }
  if (!args.flag('install-packages') || server.install === undefined) {
    throw new CommandFailure(`${what}; nothing was changed`, {
      hint: how === undefined ? `install ${server.package}` : `run "${how}", or give --install-packages`,
    });
  }
  const [program, ...words] = server.install;
  stdout.write(`${how}\n`);
  await run(program, words, {
    timeout: INSTALL_PATIENCE,
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** What works, and may not be meant. */
async function warn(
  path: string,
  registry: string,
  clients: readonly string[],
  { stderr }: CliContext,
): Promise<void> {
  for (const other of await othersOfHost(path)) {
    stderr.write(
      `warning: ${other.file}:${other.line} shares ${other.path} as well; for a client that it fits better, it counts\n`,
    );
  }
  for (const closed of await closedFolders([path, registry])) {
    stderr.write(`warning: clients will not be able to read ${closed}: "chmod o+rx ${closed}" lets them\n`);
  }
  if (clients.some((client) => client === '*' || /^(?:0\.0\.0\.0|::)\/0$/.test(client))) {
    stderr.write('warning: DOCKER_MIRROR_NFS_CLIENTS lets the whole world mount the folder\n');
  }
}
