import { asOwner } from '../../host/act-as-owner.js';
import { layoutOf } from '../../render/layout.js';
import { releaseLease } from '../../upkeep/leases.js';
import type { Command } from '../command.js';
import { EXIT } from '../exit-code.js';
import { mirrorPath, PATH_OPTION } from '../location.js';
import { AS_OF_OPTION, asOf } from './as-of.js';

/** `docker-mirror lease release` */
export const leaseReleaseCommand: Command = {
  usage: 'release <name>',
  summary: 'Give a lease back; giving back one that is not held is no error',
  positionals: { name: { type: 'text', describe: 'As it was taken' } },
  options: { ...PATH_OPTION, ...AS_OF_OPTION },
  examples: [['$0 lease release vm1', 'vm1 does not need the mirror any more']],
  async run(args, context) {
    const { leases } = layoutOf(mirrorPath(args, context));
    const name = args.text('name') ?? '';
    const said = asOf(args);
    const was = await asOwner(leases, () => releaseLease(leases, name, said));
    context.stdout.write(was ? `${name} has given its lease back.\n` : `${name} had no lease.\n`);
    return EXIT.ok;
  },
};
