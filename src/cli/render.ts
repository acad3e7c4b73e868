import type { CommandGroup } from './command.js';
import { cloudInitCommand } from './render/cloud-init.js';
import { composeCommand } from './render/compose.js';
import { dindCommand } from './render/dind.js';
import { dockerMachineCommand } from './render/docker-machine.js';
import { dockerfileCommand } from './render/dockerfile.js';
import { libvirtHookCommand } from './render/libvirt-hook.js';
import { vagrantCommand } from './render/vagrant.js';

/** `docker-mirror render`: files for guests, and for the mirror as one. One file each in `render/`. */
export const renderCommand: CommandGroup = {
  usage: 'render',
  summary:
    'Print files for guests that use the mirror, and for the mirror in a virtual machine or a container',
  commands: [
    cloudInitCommand,
    vagrantCommand,
    libvirtHookCommand,
    dockerMachineCommand,
    composeCommand,
    dockerfileCommand,
    dindCommand,
  ],
  examples: [
    ['$0 render vagrant --output Vagrantfile', 'the mirror in a virtual machine at 192.168.99.50:5000'],
    ['$0 render cloud-init --url http://10.0.0.5:5000', 'user data for guests that use the mirror'],
  ],
};
