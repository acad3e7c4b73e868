/** The names of the units. */
export const SOCKET_UNIT = 'docker-mirror.socket';
export const SERVICE_UNIT = 'docker-mirror.service';
export const UPDATE_UNIT = 'docker-mirror-update.service';
export const TIMER_UNIT = 'docker-mirror-update.timer';

/** The section in which the mirror's unit tells docker-mirror about itself; systemd leaves sections that begin with `X-` alone. */
const FOLDER_LINE = /\nFolder=([^\n]*)\n/;

/** The folder of the mirror that a rendered unit of the service is for; undefined when it is none of ours. */
export function folderOfUnit(text: string): string | undefined {
  const section = text.split('\n[X-Docker-Mirror]')[1];
  // As `unitText` wrote it.
  return FOLDER_LINE.exec(section ?? '')?.[1]?.replaceAll('%%', '%');
}
