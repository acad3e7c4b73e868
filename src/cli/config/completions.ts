import { resolve } from 'node:path';
import { readKconfig } from '../../settings/settings-file.js';
import { settingsPlace } from '../../settings/settings-place.js';
import type { CliContext } from '../command.js';
import { defconfigNames } from './defconfigs.js';

/** The names of the symbols of this program. */
export async function symbolNames({ env, cwd }: CliContext): Promise<readonly string[]> {
  return readKconfig(settingsPlace(env, { cwd }))
    .symbols.filter(({ isConstant, isChoice, nodes }) => !isConstant && !isChoice && nodes.length > 0)
    .map(({ name }) => name);
}

/** The names of the sets of settings of this program. */
export function setNames({ env, cwd }: CliContext): Promise<readonly string[]> {
  return defconfigNames(resolve(settingsPlace(env, { cwd }).srctree, 'defconfigs'));
}
