import { layoutOf } from '../../render/layout.js';
import { isHeld, readLeases } from '../../upkeep/leases.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-code.js';
import { mirrorPath, PATH_OPTION } from '../location.js';

/** `docker-mirror lease list` */
export const leaseListCommand: Command = {
  usage: 'list',
  summary: 'List the leases that are held',
  options: { ...PATH_OPTION, json: { type: 'flag', describe: 'Print JSON, for programs' } },
  examples: [['$0 lease list --json', 'for programs']],
  async run(args, context) {
    const now = new Date();
    const all = await readLeases(layoutOf(mirrorPath(args, context)).leases);
    const held = all
      .filter((lease) => isHeld(lease, now))
      .map(({ name, since, expires }) => ({ name, since, expires }));
    if (args.flag('json')) {
      context.stdout.write(`${JSON.stringify(held, undefined, 2)}\n`);
      return EXIT.ok;
    }
    if (held.length === 0) context.stdout.write('Nobody has a lease.\n');
    for (const { name, since, expires } of held) {
      context.stdout.write(`${name}  since ${since}, until ${expires}\n`);
    }
    return EXIT.ok;
  },
};
