import { layoutOf } from '../render/layout.js';
import type { Finding } from '../upkeep/doctor/finding.js';
import type { Command } from './command.js';
import { EXIT } from './exit-code.js';
import { mirrorPath, PATH_OPTION } from './location.js';

const MARKS: Readonly<Record<Finding['level'], string>> = {
  ok: 'ok',
  warning: 'warning',
  problem: 'PROBLEM',
};

/** `docker-mirror doctor` */
export const doctorCommand: Command = {
  usage: 'doctor',
  summary: 'Look for what commonly goes wrong, and say the remedy (exit status 0; 1 there is a problem)',
  options: { ...PATH_OPTION, json: { type: 'flag', describe: 'Print JSON, for programs' } },
  examples: [
    ['$0 doctor', 'for people; it changes nothing, and needs no root'],
    ['$0 doctor --json', 'a list of check, level (ok, warning, problem), message and remedy'],
  ],
  async run(args, context) {
    // Loaded when it is needed: other commands start faster without.
    const { examine } = await import('./doctor/examine.js');
    const findings = await examine(layoutOf(mirrorPath(args, context)), context);
    context.stdout.write(
      args.flag('json') ? `${JSON.stringify(findings, undefined, 2)}\n` : findings.map(describe).join(''),
    );
    return findings.some(({ level }) => level === 'problem') ? EXIT.failed : EXIT.ok;
  },
};

function describe({ check, level, message, remedy }: Finding): string {
  const line = `${MARKS[level].padEnd(9)}${check}: ${message}\n`;
  return remedy === null ? line : `${line}         → ${remedy}\n`;
}
