import { dockerdCommand } from './client/dockerd.js';
import type { CommandGroup } from './command.js';

/** `docker-mirror client`: has the container engines of this host use the mirror. One file each in `client/`. */
export const clientCommand: CommandGroup = {
  usage: 'client',
  summary: 'Have a container engine of this host use the mirror, or no longer',
  commands: [dockerdCommand],
  examples: [
    ['$0 client dockerd', 'show what would be changed for Docker'],
    ['sudo $0 client dockerd --apply', 'change it'],
    ['sudo $0 client dockerd --remove', 'put back what was there'],
  ],
};
