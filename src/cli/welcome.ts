import { hostPort } from '../host/address.js';
import type { EngineConfig } from '../settings/engine-config.js';
import type { LoadedSettings } from '../settings/load-settings.js';
import { baseUrl, listenAddresses } from './endpoint.js';
import type { ReadyMirror } from './start-and-wait.js';

/** What is different where systemd runs the mirror. */
export interface ServiceWords {
  /** How its log is seen. */
  readonly log: string;
  /** When it is updated next. */
  readonly updates: string | undefined;
}

/** What is said when the mirror answers: where it is, and the next three things to do. */
export function welcome(
  { layout, config, settings }: ReadyMirror,
  started: boolean,
  service?: ServiceWords,
): string {
  const url = baseUrl(config.http);
  const where = listenAddresses(config.http)
    .map((address) => hostPort(address.host === '' ? { ...address, host: '*' } : address))
    .join(' and ');
  return `The mirror ${started ? 'has started' : 'is already running'}: ${url}

  listens on     ${where}
  data           ${config.storage.rootDirectory}
  settings       ${describeSettings(settings)}
  configuration  ${layout.config}
  log            ${service?.log ?? layout.log}
${service?.updates === undefined ? '' : `  next update    ${service.updates}\n`}${describeKept(settings)}${describeNotYet(settings)}
Next:
${use(config, url, service === undefined ? 'scripts/docker-mirror' : 'docker-mirror')}
  3. See how it is doing, or stop it:
       make docker-mirror-status
       make docker-mirror-logs
       make docker-mirror-stop
`;
}

function describeSettings({ file, origin }: LoadedSettings): string {
  if (origin === 'made') return `${file} (just made, with the defaults; "make menuconfig" changes it)`;
  return origin === 'kept' ? file : `the defaults, as ${file} is not there and cannot be written`;
}

function describeKept({ settings: { mirror } }: LoadedSettings): string {
  const count = mirror?.update.timer === undefined ? 0 : (mirror.images?.names.length ?? 0);
  if (count === 0) return '';
  return `  images         ${count} are kept ready: "docker-mirror update --dry-run" lists them, "make menuconfig" changes it\n`;
}

function describeNotYet({ notYet }: LoadedSettings): string {
  return notYet.byDefault.length === 0
    ? ''
    : `\nSet by default, and to come in a later version: ${notYet.byDefault.join(', ')}.\n`;
}

/** @param command as it is typed where the mirror was set up */
function use(config: EngineConfig, url: string, command: string): string {
  const name = url.replace(/^https?:\/\//, '');
  if (!config.upstreams.some(({ isDefault }) => isDefault)) {
    return `  1. Push an image of yours into it:
       docker tag IMAGE ${name}/IMAGE
       docker push ${name}/IMAGE
  2. Pull it from there, by the same name:
       docker pull ${name}/IMAGE`;
  }
  return `  1. Pull an image through it:
       docker pull ${name}/library/alpine
  2. Have Docker use it for every image of Docker Hub; "${command} client" has the same for other engines:
       sudo ${command} client dockerd --apply`;
}
