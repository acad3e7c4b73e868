import { type Finding, ok, problem, warning } from './finding.js';

/** Files of an installation that were changed since they were written. */
export function judgeInstalled(edited: readonly string[], missing: readonly string[]): Finding {
  const remedy = '"docker-mirror plan" shows the difference, "docker-mirror apply --force" writes them anew';
  if (missing.length > 0) return problem('installation', `missing: ${missing.join(', ')}`, remedy);
  if (edited.length > 0) return warning('installation', `changed by hand: ${edited.join(', ')}`, remedy);
  return ok('installation', 'everything is as it was installed');
}

/** Who may write in a folder of the mirror. */
export interface OwnerFacts {
  readonly folder: string;
  /** The numeric user who owns it. */
  readonly owner: number;
  /** The one whom the mirror runs as, or would. */
  readonly user: number;
}

/** Whether the mirror's folders belong to whom it runs as. Root may write everywhere. */
export function judgeOwners(folders: readonly OwnerFacts[]): Finding {
  const foreign = folders.filter(({ owner, user }) => user !== 0 && owner !== user);
  const [first] = foreign;
  if (first === undefined) return ok('owner', 'the folders belong to whom the mirror runs as');
  const names = foreign.map(({ folder }) => folder).join(' ');
  return problem(
    'owner',
    `user ${first.owner} owns ${names}, and the mirror runs as user ${first.user}`,
    `chown -R ${first.user} ${names}`,
  );
}

/** @param reason why the configuration cannot be used; undefined when it can */
export function judgeConfig(path: string, reason: string | undefined): Finding {
  if (reason === undefined) return ok('configuration', `${path} is valid`);
  return problem(
    'configuration',
    reason,
    `docker-mirror check-config ${path}; docker-mirror start writes a new one`,
  );
}
