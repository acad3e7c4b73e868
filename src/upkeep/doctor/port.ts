import { type Finding, ok, problem, warning } from './finding.js';

/** What is known of the mirror's port. */
export interface PortFacts {
  readonly port: number;
  /** Whether this mirror's own process runs. */
  readonly running: boolean;
  /** Whether a registry answers there; else why not. */
  readonly answer: { readonly answers: true } | { readonly answers: false; readonly reason: string };
  /** Who listens there, if that can be told. */
  readonly holder: { readonly pid: number; readonly command: string } | undefined;
  /** Whether somebody listens there at all. */
  readonly taken: boolean;
}

/** Who has the port, and whether it is the mirror, and answers. */
export function judgePort({ port, running, answer, holder, taken }: PortFacts): Finding {
  if (running && answer.answers) return ok('port', `the mirror answers on port ${port}`);
  if (running) {
    return problem(
      'port',
      `the mirror runs but does not answer on port ${port}: ${answer.answers ? '' : answer.reason}`,
      'docker-mirror restart; docker-mirror logs shows why',
    );
  }
  if (!taken) return warning('port', `the mirror does not run; port ${port} is free`, 'docker-mirror start');
  const who =
    holder === undefined ? 'a program of another user' : `process ${holder.pid} (${holder.command})`;
  return problem(
    'port',
    `port ${port} is taken by ${who}`,
    holder === undefined
      ? `run this as root to see which; or docker-mirror config set DOCKER_MIRROR_PORT=${port === 65_535 ? port - 1 : port + 1}`
      : `stop that program (kill ${holder.pid}), or docker-mirror config set DOCKER_MIRROR_PORT=${port === 65_535 ? port - 1 : port + 1}`,
  );
}
