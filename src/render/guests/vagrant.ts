import { rubyString } from '../ruby-string.js';
import { renderTemplate } from '../template.js';

/** A virtual machine with the mirror. */
export interface MirrorMachine {
  /** Its address on a network of this host alone. */
  readonly address: string;
  readonly port: number;
  /** The folder of this host with what is stored, relative to the Vagrantfile or not. */
  readonly data: string;
  /** The folder of docker-mirror's source on this host. */
  readonly source: string;
  readonly box: string;
  /** MiB */
  readonly memory: number;
  readonly cpus: number;
}

/** The text of a Vagrantfile. An account of Docker Hub is taken from the environment when the machine is set up, and is never in the file. */
export function vagrantfile(machine: MirrorMachine): string {
  return renderTemplate('vagrant/Vagrantfile.hbs', { ...machine }, rubyString);
}
