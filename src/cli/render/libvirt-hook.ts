import type { Command } from '../command.js';
import { PATH_OPTION } from '../location.js';
import { OUTPUT_OPTIONS } from './output.js';

/** `docker-mirror render libvirt-hook` */
export const libvirtHookCommand: Command = {
  usage: 'libvirt-hook',
  summary: 'The hook of libvirt with which each guest has a lease on the mirror while it runs',
  options: { ...PATH_OPTION, ...OUTPUT_OPTIONS },
  examples: [
    [
      'sudo $0 render libvirt-hook --output /etc/libvirt/hooks/qemu',
      'libvirt calls it from its next start on, so restart libvirtd',
    ],
  ],
  run: async (args, context) => (await import('./run-libvirt-hook.js')).runLibvirtHook(args, context),
};
