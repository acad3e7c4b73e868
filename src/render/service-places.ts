import { join } from 'node:path';
import type { UnitScope } from './host/wanted.js';

/** Where the parts of an installation lie. */
export interface ServicePlaces {
  /** Leads to the version in use, which lies beside it. */
  readonly program: string;
  readonly commands: string;
  readonly units: string;
  readonly manPages: string;
  readonly bashCompletions: string;
  readonly zshCompletions: string;
  /** For secrets, and the settings that were applied. */
  readonly settingsFolder: string;
  /** The `.config` of the installed commands. */
  readonly settings: string;
  /** Of the host only. */
  readonly users: string | undefined;
  readonly folders: string | undefined;
}

/** Where everything lies for the host (file hierarchy standard) or for a user (XDG base directory specification). */
export function servicePlaces(
  scope: UnitScope,
  { home, env }: { readonly home: string; readonly env: Readonly<Record<string, string | undefined>> },
): ServicePlaces {
  if (scope === 'system') {
    return {
      program: '/usr/local/lib/docker-mirror',
      commands: '/usr/local/bin',
      units: '/etc/systemd/system',
      manPages: '/usr/local/share/man/man1',
      bashCompletions: '/usr/local/share/bash-completion/completions',
      zshCompletions: '/usr/local/share/zsh/site-functions',
      settingsFolder: '/etc/docker-mirror',
      settings: '/etc/docker-mirror/.config',
      users: '/etc/sysusers.d/docker-mirror.conf',
      folders: '/etc/tmpfiles.d/docker-mirror.conf',
    };
  }
  const data = absolute(env['XDG_DATA_HOME']) ?? join(home, '.local', 'share');
  const config = absolute(env['XDG_CONFIG_HOME']) ?? join(home, '.config');
  return {
    program: join(home, '.local', 'lib', 'docker-mirror'),
    commands: join(home, '.local', 'bin'),
    units: join(config, 'systemd', 'user'),
    manPages: join(data, 'man', 'man1'),
    bashCompletions: join(data, 'bash-completion', 'completions'),
    zshCompletions: join(data, 'zsh', 'site-functions'),
    settingsFolder: join(config, 'docker-mirror'),
    settings: join(config, 'docker-mirror', '.config'),
    users: undefined,
    folders: undefined,
  };
}

/** The specification has relative paths ignored. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') === true ? path : undefined;
}
