import { ConfigError } from '../settings/config-problem.js';
import { describeConfig, formatConfig } from '../settings/describe-config.js';
import type { EngineConfig } from '../settings/engine-config.js';
import { checkImages } from './check-images.js';
import type { CliContext, Command } from './command.js';
import { type ConfigProblem, configProblems, describeProblem } from './engine-port.js';
import { EXIT, type ExitCode } from './exit-code.js';

/** What a check came to. */
interface Report {
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
  /** Undefined when the file itself could not be understood. */
  readonly config: EngineConfig | undefined;
}

/** `docker-mirror check-config` */
export const checkConfigCommand: Command = {
  usage: 'check-config <config>',
  summary:
    'Check a config.yml and the files it names, and show the settings in effect (exit 0 usable, 78 wrong)',
  positionals: { config: { type: 'text', describe: 'The configuration file' } },
  options: { json: { type: 'flag', describe: 'Print JSON, for programs' } },
  examples: [['$0 check-config /mirror/docker/config/config.yml', 'each problem with its line']],
  async run(args, context) {
    const path = args.text('config') ?? '';
    const report = await check(path, context);
    return args.flag('json') ? printJson(report, context) : print(report, path, context);
  },
};

async function check(path: string, { engine, env }: CliContext): Promise<Report> {
  const read = await problemsOf(() => engine.loadConfig(path, env));
  if (read.value === undefined) return { ...read, warnings: [], config: undefined };
  const { config, warnings } = read.value;
  const files = await problemsOf(() => engine.checkFiles(path, config, env));
  const images = await checkImages(config.mirror.images);
  return {
    problems: [...files.problems, ...images.problems],
    warnings: [...warnings, ...images.warnings],
    config,
  };
}

/** The value, or the problems of a configuration that it could not be had for. */
async function problemsOf<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T | undefined; readonly problems: readonly ConfigProblem[] }> {
  try {
    return { value: await work(), problems: [] };
  } catch (error) {
    const problems = configProblems(error);
    if (problems === undefined) throw error;
    return { value: undefined, problems };
  }
}

function print({ config, problems, warnings }: Report, path: string, context: CliContext): ExitCode {
  for (const warning of warnings) context.stderr.write(`warning: ${describeProblem(warning)}\n`);
  if (problems.length > 0)
    throw new ConfigError(problems.map((problem) => ({ ...problem, variable: problem.variable })));
  if (config !== undefined) context.stdout.write(formatConfig(config));
  context.stdout.write(`\n${path} can be used.\n`);
  return EXIT.ok;
}

function printJson({ config, problems, warnings }: Report, { stdout }: CliContext): ExitCode {
  const valid = problems.length === 0;
  const settings = config === undefined ? null : describeConfig(config);
  stdout.write(`${JSON.stringify({ valid, problems, warnings, settings }, undefined, 2)}\n`);
  return valid ? EXIT.ok : EXIT.config;
}
