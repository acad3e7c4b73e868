import { addressOf, isPlain, type MirrorAccess } from '../clients/mirror-access.js';
import { shellWord } from '../shell-word.js';

/** The command line of docker-machine for a machine whose Docker uses the mirror; its name is to follow. */
export function dockerMachineCommand(access: MirrorAccess): string {
  const flags = [`--engine-registry-mirror=${addressOf(access)}`];
  if (isPlain(access)) flags.push(`--engine-insecure-registry=${access.url.host}`);
  return `docker-machine create ${flags.map(shellWord).join(' ')}`;
}

/** A whole daemon.json for a Docker inside a container, which has no other settings. */
export function nestedDaemonJson(access: MirrorAccess): string {
  const settings = {
    'registry-mirrors': [addressOf(access)],
    ...(isPlain(access) ? { 'insecure-registries': [access.url.host] } : {}),
  };
  return `${JSON.stringify(settings, undefined, 2)}\n`;
}
