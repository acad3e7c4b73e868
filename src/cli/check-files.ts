import { MirrorError } from '../errors.js';
import { openHtpasswdFile } from '../gateway/htpasswd.js';
import { asConfigError, createFindings } from '../settings/config-problem.js';
import type { EngineConfig, HtpasswdConfig } from '../settings/engine-config.js';
import { verifyFiles } from '../settings/verify-files.js';
import type { Environment } from './engine-port.js';
import { settingOrigins } from './setting-origin.js';

/** A key of config.yml that names a file, and what is wrong with that file. */
export interface FileProblem {
  readonly key: string;
  readonly message: string;
}

/**
 * Looks at the files that a configuration names, the hashes of its users included. The list of images is not among
 * them: it may come later, and a bad line in it keeps nobody from pulling.
 */
export async function fileProblems(config: EngineConfig): Promise<FileProblem[]> {
  const files = await verifyFiles({ ...config, mirror: { ...config.mirror, images: undefined } });
  const problems = files.map(({ key, path: file, message }) => ({ key, message: `${file} ${message}` }));
  const unusable = problems.some(({ key }) => key === 'auth.htpasswd.path');
  return config.htpasswd === undefined || unusable
    ? problems
    : [...problems, ...(await checkUsers(config.htpasswd))];
}

/**
 * Looks at the files that a configuration names, as `fileProblems` does.
 * @param path the configuration's own file
 * @throws ConfigError with every problem, each at the line of the key that names the file
 */
export async function checkFiles(path: string, config: EngineConfig, env: Environment): Promise<void> {
  const problems = await fileProblems(config);
  if (problems.length === 0) return;
  const originOf = await settingOrigins(path, env);
  const findings = createFindings(path);
  for (const { key, message } of problems) findings.problem(originOf(key), key, message);
  throw asConfigError(findings);
}

/** One problem for each line of the file that is wrong. */
async function checkUsers({ path }: HtpasswdConfig): Promise<FileProblem[]> {
  try {
    await openHtpasswdFile(path, { onProblem: () => undefined });
    return [];
  } catch (error) {
    if (!(error instanceof MirrorError)) throw error;
    return error.message.split('\n').map((message) => ({ key: 'auth.htpasswd.path', message }));
  }
}
