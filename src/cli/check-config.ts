import type { Command } from './command.js';
import { configProblems, describeProblem } from './engine-port.js';
import { EXIT } from './exit-code.js';

/** `docker-mirror check-config` */
export const checkConfigCommand: Command = {
  usage: 'check-config <config>',
  summary: 'Check a config.yml without starting anything (exit status 0 usable, 78 wrong)',
  positionals: { config: { type: 'text', describe: 'The configuration file' } },
  options: { json: { type: 'flag', describe: 'Print JSON, for programs' } },
  examples: [['$0 check-config /mirror/docker/config/config.yml', 'each problem with its line']],
  async run(args, context) {
    const path = args.text('config') ?? '';
    const json = args.flag('json');
    try {
      const { warnings } = await context.engine.loadConfig(path, context.env);
      if (json) {
        context.stdout.write(`${JSON.stringify({ valid: true, problems: [], warnings }, undefined, 2)}\n`);
        return EXIT.ok;
      }
      for (const warning of warnings) context.stderr.write(`warning: ${describeProblem(warning)}\n`);
      context.stdout.write(`${path} can be used.\n`);
      return EXIT.ok;
    } catch (error) {
      const problems = configProblems(error);
      if (problems === undefined || !json) throw error;
      context.stdout.write(`${JSON.stringify({ valid: false, problems, warnings: [] }, undefined, 2)}\n`);
      return EXIT.config;
    }
  },
};
