import { buildkitCommand } from './client/buildkit.js';
import { containerdCommand } from './client/containerd.js';
import { criOCommand } from './client/cri-o.js';
import { dockerdCommand } from './client/dockerd.js';
import { k3sCommand } from './client/k3s.js';
import { kindCommand } from './client/kind.js';
import { minikubeCommand } from './client/minikube.js';
import { podmanCommand } from './client/podman.js';
import { verifyCommand } from './client/verify.js';
import type { CommandGroup } from './command.js';

/** `docker-mirror client`: has the container engines of this host use the mirror. One file each in `client/`. */
export const clientCommand: CommandGroup = {
  usage: 'client',
  summary: 'Have a container engine of this host use the mirror, or no longer',
  commands: [
    dockerdCommand,
    containerdCommand,
    podmanCommand,
    criOCommand,
    buildkitCommand,
    k3sCommand,
    kindCommand,
    minikubeCommand,
    verifyCommand,
  ],
  examples: [
    ['$0 client dockerd', 'show what would be changed for Docker'],
    ['sudo $0 client dockerd --apply', 'change it'],
    ['sudo $0 client dockerd --remove', 'put back what was there'],
    ['$0 client verify', 'pull a probe image through each engine, and see that it came through the mirror'],
  ],
};
