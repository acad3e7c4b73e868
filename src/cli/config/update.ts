import { randomInt } from 'node:crypto';
import { isAbsolute, resolve } from 'node:path';
import { formatMinimalConfig } from '../../kconfig/dot-config.js';
import { applyPreset, type Preset, randomize } from '../../kconfig/preset.js';
import {
  DEFAULT_DEFCONFIG,
  layOver,
  readFirst,
  readSettingsSource,
  type SettingsSource,
} from '../../settings/settings-file.js';
import { writeSettingsText } from '../../settings/settings-text.js';
import type { Arguments, CliContext } from '../command.js';
import { CommandFailure } from '../errors.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { defconfigNames } from './defconfigs.js';
import { numbersFrom, probabilitiesFrom, seedFrom } from './random.js';
import { openSession, type Session, saveSession, warnOf } from './session.js';

/** `docker-mirror config olddefconfig`: what is new gets its default. */
export async function oldDefaults(args: Arguments, context: CliContext): Promise<ExitCode> {
  return saveSession(await openSession(args, context), args, context);
}

/** `docker-mirror config alldefconfig`, `allyesconfig`, `allmodconfig` and `allnoconfig`: the .config there is does not count. */
export async function presetAll(preset: Preset, args: Arguments, context: CliContext): Promise<ExitCode> {
  const session = await openSession(args, context);
  const names = { yes: 'allyes', mod: 'allmod', no: 'allno', default: 'alldef' } as const;
  await startFrom(session, names[preset], context);
  applyPreset(session.configuration, preset);
  return saveSession(session, args, context);
}

/** `docker-mirror config randconfig` */
export async function randomAll(args: Arguments, context: CliContext): Promise<ExitCode> {
  const session = await openSession(args, context);
  const seed = seedFrom(context.env['KCONFIG_SEED']) ?? randomInt(2 ** 32);
  const probabilities = probabilitiesFrom(context.env['KCONFIG_PROBABILITY']);
  context.stdout.write(`KCONFIG_SEED=0x${seed.toString(16).toUpperCase()}\n`);
  await startFrom(session, 'allrandom', context);
  randomize(session.configuration, numbersFrom(seed), probabilities);
  return saveSession(session, args, context);
}

/** Forgets the values there are, and takes those of KCONFIG_ALLCONFIG as the original does. */
async function startFrom(session: Session, mode: string, context: CliContext): Promise<void> {
  const { configuration, place } = session;
  configuration.reset();
  const name = context.env['KCONFIG_ALLCONFIG'];
  if (name === undefined) return;
  const source = await allConfig(name, mode, session);
  warnOf(layOver(configuration, source, place, 'seed'), context);
}

/** An empty name, or 1, stands for the file of the mode, else for all.config. */
async function allConfig(name: string, mode: string, { place }: Session): Promise<SettingsSource> {
  if (name !== '' && name !== '1') return await readSettingsSource(name, place);
  const names = [`${mode}.config`, 'all.config'];
  const found = await readFirst(
    names.flatMap((each) => [resolve(place.cwd, each), resolve(place.srctree, each)]),
  );
  if (found !== undefined) return found;
  throw new CommandFailure(`KCONFIG_ALLCONFIG is set, but there is neither ${names.join(' nor ')}`);
}

/** `docker-mirror config defconfig` */
export async function defaultConfig(args: Arguments, context: CliContext): Promise<ExitCode> {
  const session = await openSession(args, context);
  const { configuration, place } = session;
  const source = await defconfigSource(args.text('file'), session);
  warnOf(layOver(configuration, source, place), context);
  applyPreset(configuration, 'default');
  return saveSession(session, args, context);
}

/** A name such as `lab` or `lab_defconfig`, or a file. */
async function defconfigSource(given: string | undefined, { place }: Session): Promise<SettingsSource> {
  const folder = resolve(place.srctree, 'defconfigs');
  if (given === undefined) {
    const found = await readFirst([resolve(place.srctree, DEFAULT_DEFCONFIG)]);
    if (found !== undefined) return found;
  } else {
    const named = [given, `${given}_defconfig`].map((name) => resolve(folder, name));
    const found = await readFirst(
      given.includes('/') || isAbsolute(given)
        ? [resolve(place.cwd, given)]
        : [...named, resolve(place.cwd, given)],
    );
    if (found !== undefined) return found;
  }
  const names = await defconfigNames(folder);
  const what =
    given === undefined ? 'there is no default set of settings' : `there is no set of settings "${given}"`;
  throw new CommandFailure(what, {
    hint:
      names.length === 0
        ? `no file NAME_defconfig is in ${folder}; name one`
        : `there are: ${names.join(', ')}; or name a file`,
  });
}

/** `docker-mirror config savedefconfig` */
export async function saveMinimal(args: Arguments, context: CliContext): Promise<ExitCode> {
  const session = await openSession(args, context);
  const { configuration, place } = session;
  const text = formatMinimalConfig(configuration, { prefix: place.prefix });
  const name = args.text('file') ?? 'defconfig';
  if (name === '-' || args.flag('dry-run')) {
    context.stdout.write(text);
    return EXIT.ok;
  }
  const path = resolve(place.cwd, name);
  await writeSettingsText(path, text);
  context.stdout.write(`#\n# configuration written to ${path}\n#\n`);
  return EXIT.ok;
}
