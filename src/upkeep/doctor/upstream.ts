import { type Finding, ok, problem, warning } from './finding.js';

/** What came of asking one upstream. */
export interface UpstreamFacts {
  readonly host: string;
  /** The name that has to be resolved, of the upstream or of the proxy on the way. */
  readonly hostname: string;
  /** `HOST:PORT` of the proxy on the way; undefined: none. */
  readonly proxy: string | undefined;
  /** Why the name could not be resolved; undefined when it could, or is an address. */
  readonly dns: string | undefined;
  /** The status it answered with, or why it did not. */
  readonly answer: { readonly status: number } | { readonly reason: string };
}

/** Whether an upstream can be reached, and where the way to it ends when it cannot. */
export function judgeUpstream({ host, hostname, proxy, dns, answer }: UpstreamFacts): Finding {
  const check = `upstream ${host}`;
  const way = proxy === undefined ? '' : ` through the proxy ${proxy}`;
  if ('status' in answer) {
    const { status } = answer;
    if (status < 500 && status !== 407) return ok(check, `it answers${way}`);
    return warning(
      check,
      `it answers with status ${status}${way}`,
      'try again later; what is stored is served',
    );
  }
  if (dns !== undefined) {
    return problem(
      check,
      `the name ${hostname} cannot be resolved (${dns})`,
      `getent hosts ${hostname}; see /etc/resolv.conf, or set HTTPS_PROXY where the internet is behind a proxy`,
    );
  }
  if (proxy !== undefined) {
    return problem(
      check,
      `it cannot be reached${way}: ${answer.reason}`,
      'check HTTPS_PROXY, HTTP_PROXY and NO_PROXY in the environment of the mirror',
    );
  }
  return problem(
    check,
    `it cannot be reached: ${answer.reason}`,
    'check the network and the firewall; docker-mirror config set DOCKER_MIRROR_OFFLINE=y where there is no internet',
  );
}
