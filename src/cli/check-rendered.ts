import { SettingsError } from '../settings/settings-error.js';
import type { PreparedConfig } from './prepare-config.js';

/** The settings that name the files of config.yml. */
const SYMBOLS: Readonly<Record<string, string>> = {
  'auth.htpasswd.path': 'DOCKER_MIRROR_HTPASSWD_FILE',
  'http.tls.certificate': 'DOCKER_MIRROR_TLS_CERTIFICATE',
  'http.tls.key': 'DOCKER_MIRROR_TLS_KEY',
  'http.tls.clientcas': 'DOCKER_MIRROR_TLS_CLIENT_CA',
  'mirror.credentials': 'DOCKER_MIRROR_CREDENTIALS_FILE',
};

/**
 * Looks at the files that settings name, before anything is changed or stopped because of them.
 * @throws SettingsError with every problem
 */
export async function checkRendered({ wanted, settings }: PreparedConfig): Promise<void> {
  const { fileProblems } = await import('./check-files.js');
  const problems = await fileProblems(wanted);
  if (problems.length === 0) return;
  throw new SettingsError(
    problems.map(({ key, message }) => ({
      file: settings.file,
      line: undefined,
      column: undefined,
      key: SYMBOLS[key] ?? key,
      message,
    })),
  );
}
