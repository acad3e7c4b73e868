import type { ArgumentSpec } from '../command.js';
import { PATH_OPTION } from '../location.js';

/** The options that the commands of `client` have in common. */
export const CLIENT_OPTIONS = {
  apply: { type: 'flag', describe: 'Make the change; without it, it is only shown' },
  remove: { type: 'flag', describe: 'Put back what was there before' },
  'dry-run': { type: 'flag', describe: 'Only show what would be done' },
  force: { type: 'flag', describe: 'Replace what somebody else wrote; it is kept' },
  url: {
    type: 'text',
    describe: "The mirror's address as the engine reaches it",
    defaultText: 'that of the mirror on this host',
  },
  ...PATH_OPTION,
} as const satisfies Readonly<Record<string, ArgumentSpec>>;
