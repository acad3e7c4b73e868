import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeClock } from '#src/upkeep/doctor/clock.js';
import { judgeDisk } from '#src/upkeep/doctor/disk.js';
import { judgeEngine } from '#src/upkeep/doctor/engines.js';
import { judgeConfig, judgeInstalled, judgeOwners } from '#src/upkeep/doctor/files.js';
import type { Finding } from '#src/upkeep/doctor/finding.js';
import { judgeNode } from '#src/upkeep/doctor/node-version.js';
import { judgePort, type PortFacts } from '#src/upkeep/doctor/port.js';
import { judgeUpstream, type UpstreamFacts } from '#src/upkeep/doctor/upstream.js';

const GIB = 1024 ** 3;

/** What every finding has to be: one line, and a remedy exactly where something is to be done. */
function expect(finding: Finding, level: Finding['level'], message: RegExp, remedy?: RegExp): void {
  const about = JSON.stringify(finding);
  assert.equal(finding.level, level, about);
  assert.match(finding.message, message);
  assert.doesNotMatch(finding.message, /\n/);
  assert.equal(finding.remedy === null, level === 'ok', about);
  if (remedy !== undefined) assert.match(finding.remedy ?? '', remedy);
}

describe('Node.js', () => {
  it('is new enough from 20.19 on', () => {
    for (const version of ['v20.19.0', 'v20.20.2', 'v22.0.0', 'v100.0.0'])
      expect(judgeNode(version), 'ok', /Node/);
    for (const version of ['v20.18.9', 'v18.20.4', 'v0.10.0', 'v20'])
      expect(judgeNode(version), 'problem', /too old/, /20\.19/);
  });
});

describe('the port', () => {
  const facts: PortFacts = {
    port: 5000,
    running: true,
    answer: { answers: true },
    holder: { pid: 7, command: 'node main.js' },
    taken: true,
  };
  const silent = { answers: false, reason: 'no answer within 2000 ms' } as const;

  it('is well when the mirror answers', () => expect(judgePort(facts), 'ok', /answers on port 5000/));
  it('is not when it runs and does not', () =>
    expect(judgePort({ ...facts, answer: silent }), 'problem', /no answer within 2000 ms/, /restart/));
  it('is free while it does not run', () =>
    expect(
      judgePort({ ...facts, running: false, answer: silent, taken: false, holder: undefined }),
      'warning',
      /free/,
      /start/,
    ));
  it('is taken by somebody who is named, if that can be told', () => {
    const taken = { ...facts, running: false, answer: silent };
    expect(judgePort(taken), 'problem', /process 7 \(node main\.js\)/, /kill 7.*DOCKER_MIRROR_PORT=5001/);
    expect(
      judgePort({ ...taken, holder: undefined, port: 65_535 }),
      'problem',
      /another user/,
      /as root.*=65534/,
    );
    expect(judgePort({ ...taken, answer: { answers: true } }), 'problem', /process 7/);
  });
});

describe('the disk', () => {
  const judge = (free: number, total: number, freeFiles?: number) =>
    judgeDisk({ folder: '/mirror', free: free * GIB, total: total * GIB, freeFiles });
  it('has room, little room, or none', () => {
    expect(judge(50, 100), 'ok', /50\.0 GiB of 100\.0 GiB/);
    expect(judge(15, 1000), 'problem', /nearly full/, /DOCKER_MIRROR_PATH/);
    expect(judge(5, 100), 'warning', /5\.0 GiB/);
    expect(judge(0.3, 1), 'problem', /nearly full/);
    expect(judge(50, 1000), 'ok', /50/);
  });
  it('may be out of files though there is room', () =>
    expect(judge(50, 100, 12), 'problem', /12 more files/));
});

describe('the clock', () => {
  const at = (...seconds: number[]) =>
    judgeClock(seconds.map((each, index) => ({ host: `host${index}`, seconds: each })));
  it('is compared with the middle one of the upstreams', () => {
    expect(at(), 'ok', /not compared/);
    expect(at(1, -2, 3), 'ok', /agrees/);
    expect(at(0, 1, 100_000), 'ok', /agrees/);
    expect(at(-60), 'warning', /60 s behind that of host0/, /timedatectl/);
    expect(at(4000, 4001, 0), 'problem', /4000 s ahead of that of host0/);
  });
});

describe('an upstream', () => {
  const facts: UpstreamFacts = {
    host: 'ghcr.io',
    hostname: 'ghcr.io',
    proxy: undefined,
    dns: undefined,
    answer: { status: 401 },
  };
  const failed = { reason: 'ECONNREFUSED' };
  it('answers, whatever it says to a stranger', () => {
    for (const status of [200, 401, 403, 404, 429])
      expect(judgeUpstream({ ...facts, answer: { status } }), 'ok', /answers/);
    expect(judgeUpstream({ ...facts, answer: { status: 503 } }), 'warning', /503/);
  });
  it('is not found, behind a proxy that does not work, or not reached', () => {
    expect(
      judgeUpstream({ ...facts, dns: 'ENOTFOUND', answer: failed }),
      'problem',
      /cannot be resolved/,
      /getent hosts ghcr\.io/,
    );
    expect(
      judgeUpstream({ ...facts, proxy: 'proxy:3128', answer: failed }),
      'problem',
      /through the proxy proxy:3128/,
      /HTTPS_PROXY/,
    );
    expect(judgeUpstream({ ...facts, proxy: 'proxy:3128', answer: { status: 407 } }), 'warning', /407/);
    expect(judgeUpstream({ ...facts, answer: failed }), 'problem', /ECONNREFUSED/, /firewall/);
  });
});

describe('an engine', () => {
  it('uses the mirror when one of its mirrors has that port', () => {
    const judge = (...configured: string[]) => judgeEngine({ client: 'dockerd', configured }, 5000);
    expect(judge('http://localhost:5000/'), 'ok', /uses/);
    expect(judge('location = "10.0.0.1:5000/ghcr.io"'), 'ok', /uses/);
    for (const other of [
      [],
      ['http://localhost:50001/'],
      ['http://localhost:15000/'],
      ['https://mirror.gcr.io'],
    ])
      expect(judge(...other), 'warning', /does not use/, /docker-mirror client dockerd --apply/);
  });
});

describe('the files', () => {
  it('of an installation are as they were, changed, or gone', () => {
    expect(judgeInstalled([], []), 'ok', /as it was installed/);
    expect(judgeInstalled(['/etc/a'], []), 'warning', /changed by hand: \/etc\/a/, /plan/);
    expect(judgeInstalled(['/etc/a'], ['/etc/b']), 'problem', /missing: \/etc\/b/, /apply/);
  });
  it('belong to whom the mirror runs as', () => {
    const owned = (owner: number, user: number) => [{ folder: '/m/registry', owner, user }];
    expect(judgeOwners([]), 'ok', /belong/);
    expect(judgeOwners(owned(1000, 1000)), 'ok', /belong/);
    expect(judgeOwners(owned(1000, 0)), 'ok', /belong/);
    expect(
      judgeOwners(owned(0, 1000)),
      'problem',
      /user 0 owns \/m\/registry/,
      /^chown -R 1000 \/m\/registry$/,
    );
  });
  it('of the configuration are valid or say why not', () => {
    expect(judgeConfig('/m/config.yml', undefined), 'ok', /valid/);
    expect(judgeConfig('/m/config.yml', 'http.addr: no port'), 'problem', /http\.addr/, /check-config/);
  });
});
