import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { type RunResult, run } from '#src/host/exec.js';
import { Parts } from '../parts/cleanup.js';
import { CONTAINERD_PROGRAMS } from '../parts/containerd.js';
import { DOCKERD_PROGRAMS } from '../parts/dockerd.js';
import { GUEST_PROGRAMS, type Guest, startGuest } from '../parts/guest.js';
import { MAIN, type Mirror, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';

const skip = lacking({
  programs: [...GUEST_PROGRAMS, ...DOCKERD_PROGRAMS, ...CONTAINERD_PROGRAMS, 'podman'],
  root: true,
});

/** As `containerd config default` begins, and with a section that has no `config_path`. */
const CONTAINERD_TOML = `version = 2
root = "/var/lib/ctr"
state = "/run/ctr"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  disable_cgroup = true
  [plugins."io.containerd.grpc.v1.cri".registry]
    [plugins."io.containerd.grpc.v1.cri".registry.headers] # none
`;
const REGISTRIES_YAML = `# ours
mirrors:
  quay.io: {endpoint: [https://other.example]}
`;
const BUILDKITD_TOML = 'debug = true\n[worker.oci]\n  max-parallelism = 4';

interface Report {
  readonly engines: readonly {
    engine: string;
    through: boolean;
    agent: string | null;
    problem: string | null;
  }[];
}

describe('docker-mirror client', { skip, timeout: 180_000 }, () => {
  const parts = new Parts();
  let guest: Guest;
  let mirror: Mirror;
  let url: string;
  let untouched: string[];

  before(async () => {
    guest = parts.add(await startGuest());
    const upstreams = [
      { host: 'docker.io', endpoint: 'http://127.0.0.1:9' },
      { host: 'second.example:5000', endpoint: 'http://127.0.0.1:9' },
    ];
    mirror = parts.add(await startMirror({ upstreams, alsoOn: [guest.hostAddress] }));
    url = `http://${guest.hostAddress}:${mirror.port}`;
    await guest.sh('mkdir -p /etc/containerd /etc/rancher/k3s /etc/buildkit /run/mirror/config');
    // The configuration of the mirror that is meant: its registries count, the address is told by --url.
    await guest.sh(`cp ${mirror.config} /run/mirror/config/config.yml`);
    await guest.sh('cat >/etc/containerd/config.toml', { input: CONTAINERD_TOML });
    await guest.sh('cat >/etc/rancher/k3s/registries.yaml', { input: REGISTRIES_YAML });
    await guest.sh('cat >/etc/buildkit/buildkitd.toml; chmod 600 /etc/buildkit/buildkitd.toml', {
      input: BUILDKITD_TOML,
    });
    await guest.start({
      name: 'containerd',
      command: ['containerd'],
      ready: async () => (await guest.sh('ctr version >/dev/null 2>&1', { accept: [1] })).exitCode === 0,
    });
    await guest.start({
      name: 'dockerd',
      command: [
        ...['dockerd', '--bridge', 'none', '--iptables=false', '--ip6tables=false'],
        ...[
          '--data-root',
          '/var/lib/dock',
          '--registry-mirror',
          url,
          '--insecure-registry',
          new URL(url).host,
        ],
      ],
      ready: async () => (await guest.sh('docker version >/dev/null 2>&1', { accept: [1] })).exitCode === 0,
      readyWithin: 40_000,
    });
    untouched = await guest.listing('/etc');
  });
  after(() => parts.close());

  function client(...args: string[]): Promise<RunResult> {
    const words = [process.execPath, MAIN, 'client', ...args, '--path', '/run/mirror'];
    // podman keeps its images where this guest is.
    const env = 'STORAGE_DRIVER=vfs';
    return guest.sh(`${env} ${words.map((word) => `'${word}'`).join(' ')} --url ${url}`, { accept: [1, 2] });
  }

  async function verify(...args: string[]): Promise<Report['engines']> {
    const { stdout, stderr } = await client('verify', ...args, '--json');
    assert.ok(stdout !== '', stderr);
    return (JSON.parse(stdout) as Report).engines;
  }

  it('says of engines that were not told of the mirror that they did not ask it', async () => {
    for (const engine of ['containerd', 'podman']) {
      const { stdout, exitCode } = await client('verify', engine);
      assert.equal(exitCode, 1);
      assert.match(stdout, /did not ask http:/);
      assert.match(stdout, new RegExp(`→ docker-mirror client ${engine} --apply`));
    }
  });

  it('shows what it would change, and changes nothing', async () => {
    for (const engine of ['containerd', 'podman', 'cri-o', 'buildkit', 'k3s']) {
      const { stdout, exitCode, stderr } = await client(engine);
      assert.equal(exitCode, 0, stderr);
      assert.match(stdout, /^\+.*\b10\.231\./m);
      assert.match(stdout, /# Nothing was changed: give --apply to do this\./);
    }
    assert.deepEqual(await guest.listing('/etc'), untouched);
  });

  it('has containerd pull through the mirror, for every registry it fetches from', async () => {
    const { stdout, stderr, exitCode } = await client('containerd', '--apply');
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /systemctl restart containerd/);
    assert.match((await client('containerd', '--apply')).stdout, /^Nothing had to be changed\.$/m);
    for (const registry of ['docker.io', 'second.example:5000']) {
      const [verdict] = await verify('containerd', '--registry', registry);
      assert.deepEqual(verdict, {
        engine: 'containerd',
        through: true,
        agent: verdict?.agent,
        problem: null,
        hint: null,
      });
      assert.match(verdict?.agent ?? '', /^containerd\//);
    }
    assert.equal((await guest.sh('ctr images ls -q')).stdout, '');
  });

  it('writes a config.toml that containerd itself takes', async () => {
    const { stdout } = await guest.sh('containerd config dump');
    assert.match(
      stdout,
      /\[plugins\."io\.containerd\.grpc\.v1\.cri"\.registry\]\n\s+config_path = "\/etc\/containerd\/certs\.d"/,
    );
  });

  it('has podman pull through the mirror, and Docker was told by its own command', async () => {
    const { stderr, exitCode } = await client('podman', '--apply');
    assert.equal(exitCode, 0, stderr);
    for (const registry of ['docker.io', 'second.example:5000']) {
      const [verdict] = await verify('podman', '--registry', registry);
      assert.equal(verdict?.problem, null);
      assert.match(verdict?.agent ?? '', /^containers\//);
    }
    assert.equal((await verify('docker'))[0]?.problem, null);
    assert.equal((await guest.sh('docker image ls -q')).stdout, '');
    const all = await verify();
    assert.deepEqual(
      all.map(({ engine, through }) => [engine, through]),
      [
        ['docker', true],
        ['podman', true],
        ['containerd', true],
      ],
    );
  });

  it('tells a mirror that does not answer from an engine that does not ask', async () => {
    const nobody = `http://${guest.hostAddress}:9`;
    const asked = `${process.execPath} ${MAIN} client verify docker --path /run/mirror --url ${nobody}`;
    const { stderr } = await guest.sh(asked, { accept: [1] });
    assert.match(stderr, /the mirror at \S+:9 does not answer/);
  });

  it('changes the files of BuildKit and k3s, and leaves the rest of them alone', async () => {
    assert.equal((await client('buildkit', '--apply')).exitCode, 0);
    assert.equal((await client('k3s', '--apply')).exitCode, 0);
    const buildkitd = await guest.sh(
      'stat -c %a /etc/buildkit/buildkitd.toml; cat /etc/buildkit/buildkitd.toml',
    );
    assert.ok(buildkitd.stdout.startsWith(`600\n${BUILDKITD_TOML}\n`));
    const k3s = (await guest.sh('cat /etc/rancher/k3s/registries.yaml')).stdout;
    assert.deepEqual(parse(k3s), {
      mirrors: {
        'quay.io': { endpoint: ['https://other.example'] },
        'docker.io': { endpoint: [url] },
        'second.example:5000': { endpoint: [url] },
      },
    });
  });

  it('puts all back byte for byte', async () => {
    for (const engine of ['containerd', 'podman', 'buildkit', 'k3s']) {
      const { exitCode, stderr } = await client(engine, '--remove');
      assert.equal(exitCode, 0, stderr);
    }
    assert.deepEqual(await guest.listing('/etc'), untouched);
  });

  it('takes its part out of files that were changed meanwhile', async () => {
    await client('buildkit', '--apply');
    await client('k3s', '--apply');
    await guest.sh("sed -i 's/debug = true/debug = false/' /etc/buildkit/buildkitd.toml");
    await guest.sh("sed -i 's/# ours/# theirs/' /etc/rancher/k3s/registries.yaml");
    for (const engine of ['buildkit', 'k3s']) assert.equal((await client(engine, '--remove')).exitCode, 0);
    assert.equal(
      (await guest.sh('cat /etc/buildkit/buildkitd.toml')).stdout.trim(),
      BUILDKITD_TOML.replace('true', 'false'),
    );
    const k3s = (await guest.sh('cat /etc/rancher/k3s/registries.yaml')).stdout;
    assert.match(k3s, /^# theirs$/m);
    assert.deepEqual(parse(k3s), parse(REGISTRIES_YAML));
  });

  it('leaves alone what it cannot change safely, and says where', async () => {
    await guest.sh("printf 'version = 2\\n[a\\n' >/etc/containerd/config.toml");
    const broken = await client('containerd', '--apply');
    assert.equal(broken.exitCode, 1);
    assert.match(broken.stderr, /\/etc\/containerd\/config\.toml: line 2: .*nothing was changed/);
    await guest.sh('rm /etc/containerd/config.toml; mkdir -p /etc/containerd/certs.d/docker.io');
    await guest.sh('echo mine >/etc/containerd/certs.d/docker.io/hosts.toml');
    const foreign = await client('containerd', '--apply');
    assert.equal(foreign.exitCode, 1);
    assert.match(foreign.stderr, /hosts\.toml is there and is not ours/);
    assert.equal((await guest.sh('cat /etc/containerd/certs.d/docker.io/hosts.toml')).stdout, 'mine');
    assert.equal((await client('podman', '--apply', '--remove')).exitCode, 2);
  });

  it('makes files that minikube puts into its nodes, and says the flags for Docker there', async () => {
    const { stdout, exitCode } = await client('minikube', '--apply');
    assert.equal(exitCode, 0);
    const { host } = new URL(url);
    assert.match(
      stdout,
      new RegExp(`minikube start --registry-mirror=http://${host} --insecure-registry=${host}$`, 'm'),
    );
    const files = await guest.sh('cd ~/.minikube/files && find . -type f | sort');
    assert.deepEqual(files.stdout.split('\n'), [
      './etc/containerd/certs.d/docker.io/hosts.toml',
      './etc/containerd/certs.d/second.example:5000/hosts.toml',
      './etc/containers/registries.conf.d/500-docker-mirror.conf',
    ]);
    assert.equal((await client('minikube', '--remove')).exitCode, 0);
    assert.equal((await guest.sh('ls -A ~/.minikube 2>/dev/null', { accept: [2] })).stdout, '');
  });

  it('prints what kind needs, which its nodes can run', async () => {
    const config = parse((await client('kind')).stdout) as Record<string, unknown>;
    assert.equal(config['kind'], 'Cluster');
    assert.match(
      String((config['containerdConfigPatches'] as string[])[0]),
      /config_path = "\/etc\/containerd\/certs\.d"/,
    );
    const loopback = await run(process.execPath, [MAIN, 'client', 'kind', '--url', 'http://localhost:5000'], {
      accept: [2],
    });
    assert.match(loopback.stderr, /only on this host/);
    const script = (await client('kind', '--nodes')).stdout;
    // A node is a container: a folder stands in for one, and its programs are this machine's.
    await guest.sh('mkdir -p /run/node/etc /run/bin; cat >/run/bin/docker; chmod +x /run/bin/docker', {
      input: NODE,
    });
    await guest.sh('cat >/run/bin/kind; chmod +x /run/bin/kind', { input: '#!/bin/sh\necho one-node\n' });
    await guest.sh('PATH=/run/bin:$PATH sh -s', { input: script });
    const made = (await guest.sh('cat /run/node/etc/containerd/certs.d/docker.io/hosts.toml')).stdout;
    assert.match(made, new RegExp(`^\\[host\\."${url}"\\]$`, 'm'));
  });
});

/** `docker exec [-i] NODE COMMAND…` with another root folder. */
const NODE = `#!/bin/sh
set -eu
[ "$1" = exec ] && shift
[ "$1" = -i ] && shift
shift
case $1 in
  mkdir) mkdir -p "/run/node$3" ;;
  sh) cd /run/node && sh -c "$(printf %s "$3" | sed 's,>/,>/run/node/,')" ;;
esac
`;
