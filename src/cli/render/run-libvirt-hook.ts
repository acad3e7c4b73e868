import { join } from 'node:path';
import { programRoot } from '../../host/program-root.js';
import { renderLibvirtHook } from '../../render/libvirt-hook.js';
import type { Arguments, CliContext } from '../command.js';
import type { ExitCode } from '../exit-code.js';
import { mirrorPath } from '../location.js';
import { put } from './output.js';

/** The hook is a program. */
const MODE = 0o755;

/** `docker-mirror render libvirt-hook` */
export async function runLibvirtHook(args: Arguments, context: CliContext): Promise<ExitCode> {
  const program = join(programRoot(), 'scripts', 'docker-mirror');
  const text = renderLibvirtHook({ program, path: mirrorPath(args, context) });
  return await put(text, args, context, MODE);
}
