import { shellWord } from '../../render/shell-word.js';
import type { LoadedSettings } from '../../settings/load-settings.js';

/** How an image is taken out of the settings. */
export interface SettingsRemedy {
  readonly command: string;
  /** Other images that go with it. */
  readonly also: readonly string[];
}

/** How an image is taken out of the settings; undefined when they do not name it. */
export function howToRemove(name: string, { settings }: LoadedSettings): SettingsRemedy | undefined {
  const images = settings.mirror?.images;
  const group = images?.groups.find(({ names }) => names.includes(name));
  if (group !== undefined) {
    const also = group.names.filter((each) => each !== name);
    return { command: `docker-mirror config set ${group.symbol}=n`, also };
  }
  if (images?.custom.includes(name) !== true) return undefined;
  const rest = images.custom.filter((each) => each !== name);
  const assignment =
    rest.length === 0 ? 'DOCKER_MIRROR_PRELOAD_CUSTOM=n' : `DOCKER_MIRROR_CUSTOM_IMAGES=${rest.join(' ')}`;
  return { command: `docker-mirror config set ${shellWord(assignment)}`, also: [] };
}

/** In words, for a hint. */
export function describeRemedy({ command, also }: SettingsRemedy): string {
  return `run "${command}"${also.length === 0 ? '' : `, which takes out ${also.join(' and ')}, too`}`;
}
