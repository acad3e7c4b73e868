import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { hostsFiles } from '#src/render/clients/hosts-toml.js';
import { registriesFiles } from '#src/render/clients/registries-conf.js';
import { cloudInit } from '#src/render/guests/cloud-init.js';
import { makeCertificates } from '../integration/upstream/certificates.js';
import { asPart, Parts } from '../parts/cleanup.js';
import { CONTAINERD_PROGRAMS } from '../parts/containerd.js';
import { DOCKERD_PROGRAMS } from '../parts/dockerd.js';
import { GUEST_PROGRAMS, type Guest, startGuest } from '../parts/guest.js';
import { smallImage } from '../parts/images.js';
import { type Mirror, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { startUpstream } from '../parts/upstream.js';
import { waitFor } from '../parts/wait.js';

const skip = lacking({
  programs: [
    ...GUEST_PROGRAMS,
    ...DOCKERD_PROGRAMS,
    ...CONTAINERD_PROGRAMS,
    'podman',
    'docker-registry',
    'openssl',
  ],
  root: true,
});

/** What somebody wrote, in the way they liked. */
const DAEMON_JSON = `{ "log-level":"warn",
   "log-driver" : "json-file", "log-opts": {"max-size":"10m","max-file":"3"},
\t"default-ulimits": {"nofile": {"Name": "nofile", "Hard": 64000, "Soft": 64000}},
  "labels": ["a=1",  "b=2"],"shutdown-timeout": 5
  , "max-concurrent-downloads": 4, "max-concurrent-uploads":2,
  "registry-mirrors":[ "https://other.example" ], "debug": false, "dns": [ ]
}`;

const CONTAINERD_TOML = `version = 2
root = "/var/lib/ctr"
state = "/run/ctr"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "/run/ctr.sock"
`;

describe('a guest that ran the script of /setup.sh', { skip, timeout: 180_000 }, () => {
  const parts = new Parts();
  const images = {
    docker: smallImage('guest-docker'),
    containerd: smallImage('guest-containerd'),
    podman: smallImage('guest-podman'),
    elsewhere: smallImage('guest-elsewhere'),
  };
  let guest: Guest;
  let mirror: Mirror;
  let url: string;
  let untouched: string[];
  let upstreams: { host: string; endpoint: string }[];

  before(async () => {
    const hub = parts.add(await startUpstream());
    const other = parts.add(await startUpstream());
    await hub.publish(images.docker, 'library/for-docker', '1');
    await hub.publish(images.containerd, 'library/for-containerd', '1');
    await hub.publish(images.podman, 'library/for-podman', '1');
    await other.publish(images.elsewhere, 'team/app', '1');
    guest = parts.add(await startGuest());
    upstreams = [
      { host: 'docker.io', endpoint: hub.endpoint },
      { host: 'second.example:5000', endpoint: other.endpoint },
    ];
    mirror = parts.add(await startMirror({ upstreams, alsoOn: [guest.hostAddress] }));
    url = `http://${guest.hostAddress}:${mirror.port}`;
    await guest.sh('mkdir -p /etc/docker /etc/containerd');
    await guest.sh('cat >/etc/docker/daemon.json; chmod 640 /etc/docker/daemon.json', { input: DAEMON_JSON });
    await guest.sh('cat >/etc/containerd/config.toml', { input: CONTAINERD_TOML });
    await startEngines(guest);
    // Docker writes a key of its own there when it starts.
    untouched = await guest.listing('/etc');
  });
  after(() => parts.close());

  /** The script, piped into a shell as its users do. */
  function setUp(args = ''): Promise<{ stdout: string; stderr: string; exitCode: number }> {
    return guest.sh(`curl -fsS ${url}/setup.sh | sh -s -- ${args}`, { accept: [1, 2] });
  }

  async function mirrorsOfDocker(): Promise<string> {
    return (await guest.sh("docker info --format '{{.RegistryConfig.Mirrors}}'")).stdout;
  }

  /** Waits until the mirror's access log has a request of a program for an image; each must come from the guest's address. */
  async function untilAsked(repository: string, agent: RegExp): Promise<void> {
    const lines = () => mirror.requests.filter((line) => line['repository'] === repository);
    await waitFor(() => lines().some((line) => agent.test(String(line['agent']))), {
      what: `${agent} has asked for ${repository}`,
      detail: () => JSON.stringify(lines()),
    });
    for (const line of lines()) assert.equal(line['client'], guest.address);
  }

  it('shows what it would do, and does nothing', async () => {
    const { stdout, exitCode } = await setUp('--dry-run');
    assert.equal(exitCode, 0);
    assert.match(stdout, /would change \/etc\/docker\/daemon\.json/);
    assert.match(stdout, /would write \/etc\/containerd\/certs\.d\/second\.example:5000\/hosts\.toml/);
    assert.deepEqual(await guest.listing('/etc'), untouched);
    assert.doesNotMatch((await guest.sh('ls /var/lib')).stdout, /docker-mirror/);
  });

  it('has Docker, containerd and podman configured, which say so without being started again', async () => {
    const { stdout, stderr, exitCode } = await setUp();
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /wrote \/etc\/docker\/daemon\.json/);
    await waitFor(async () => (await mirrorsOfDocker()).includes(url), { what: 'Docker names the mirror' });
    assert.equal((await guest.sh('stat -c %a /etc/docker/daemon.json')).stdout, '640');
  });

  it('has the same files as "docker-mirror client" writes', async () => {
    const access = { url: new URL(url), upstreams: upstreams.map(({ host }) => host), ca: undefined };
    const files = [
      ...hostsFiles(access, '/etc/containerd/certs.d'),
      ...registriesFiles(access, '/etc/containers'),
    ].flatMap((wanted) => (wanted.kind === 'file' ? [wanted] : []));
    assert.equal(files.length, 3);
    for (const { path, content } of files) {
      assert.equal(`${(await guest.sh(`cat ${path}`)).stdout}\n`, content);
    }
  });

  it('changes nothing when it is run again', async () => {
    const before = [await guest.listing('/etc'), await guest.listing('/var/lib/docker-mirror')];
    const { stdout, exitCode } = await setUp();
    assert.equal(exitCode, 0);
    assert.doesNotMatch(stdout, /wrote|changed|would/);
    assert.deepEqual([await guest.listing('/etc'), await guest.listing('/var/lib/docker-mirror')], before);
  });

  it('pulls images by the names they have on Docker Hub, which the mirror answers', async () => {
    await guest.sh('docker pull for-docker:1');
    await untilAsked('library/for-docker', /^docker/);
    await guest.sh(
      'ctr -a /run/ctr.sock image pull --hosts-dir /etc/containerd/certs.d docker.io/library/for-containerd:1',
    );
    await untilAsked('library/for-containerd', /^containerd/);
    await guest.sh(`${PODMAN} pull docker.io/library/for-podman:1`);
    await untilAsked('library/for-podman', /^containers/);
  });

  it('pulls images of another registry that the mirror knows', async () => {
    await guest.sh(
      'ctr -a /run/ctr.sock image pull --hosts-dir /etc/containerd/certs.d second.example:5000/team/app:1',
    );
    await guest.sh(`${PODMAN} pull second.example:5000/team/app:1`);
    await untilAsked('second.example_5000/team/app', /^containerd/);
    await untilAsked('second.example_5000/team/app', /^containers/);
  });

  it('has all put back byte for byte, and Docker forget the mirror', async () => {
    const { stderr, exitCode } = await setUp('--remove');
    assert.equal(exitCode, 0, stderr);
    assert.deepEqual(await guest.listing('/etc'), untouched);
    assert.equal((await guest.sh('cat /etc/docker/daemon.json; echo .')).stdout, `${DAEMON_JSON}.`);
    assert.doesNotMatch(await mirrorsOfDocker(), new RegExp(guest.hostAddress));
    assert.doesNotMatch((await guest.sh('ls /var/lib')).stdout, /docker-mirror/);
    assert.equal((await setUp('--remove')).stdout, 'Nothing was set up here.');
  });

  it('leaves alone what somebody wrote for the same registry', async () => {
    const file = '/etc/containerd/certs.d/docker.io/hosts.toml';
    await guest.sh(`mkdir -p $(dirname ${file}); echo mine >${file}`);
    const { stderr, exitCode } = await setUp();
    assert.equal(exitCode, 1);
    assert.match(stderr, /certs\.d\/docker\.io\/hosts\.toml is there and was not written here/);
    assert.equal((await guest.sh(`cat ${file}`)).stdout, 'mine');
    assert.equal((await setUp('--force')).exitCode, 0);
    assert.match((await guest.sh(`cat ${file}`)).stdout, /^server/m);
    assert.equal((await setUp('--remove')).exitCode, 0);
    assert.equal((await guest.sh(`cat ${file}`)).stdout, 'mine');
    await guest.sh('rm -r /etc/containerd/certs.d');
    assert.deepEqual(await guest.listing('/etc'), untouched);
  });

  it('follows the mirror to an encrypted address, whose authority it was given', async () => {
    const certificates = makeCertificates(`IP:127.0.0.1,IP:${guest.hostAddress}`);
    parts.add(asPart(async () => certificates.remove()));
    const ca = await readFile(certificates.caFile, 'utf8');
    await guest.sh('cat >/run/root-ca.pem', { input: ca });
    const secure = parts.add(
      await startMirror({
        upstreams,
        alsoOn: [guest.hostAddress],
        tls: {
          certificate: join(certificates.folder, 'server.pem'),
          key: join(certificates.folder, 'server.key'),
          ca,
        },
      }),
    );
    assert.equal((await setUp()).exitCode, 0);
    const address = `${guest.hostAddress}:${secure.port}`;
    const fetched = `curl -fsS --cacert /run/root-ca.pem https://${address}/setup.sh`;
    const { stdout } = await guest.sh(`${fetched} | sh -s -- --ca /run/root-ca.pem`);
    assert.match(stdout, /wrote \/etc\/docker\/certs\.d\/\S+\/ca\.crt/);
    const daemon = JSON.parse((await guest.sh('cat /etc/docker/daemon.json')).stdout) as Record<
      string,
      unknown
    >;
    assert.deepEqual(daemon['registry-mirrors'], [`https://${address}`, 'https://other.example']);
    assert.equal(daemon['insecure-registries'], undefined);
    await waitFor(async () => (await mirrorsOfDocker()).includes(address), {
      what: 'Docker names the mirror',
    });
    await guest.sh('docker image rm for-docker:1; docker pull for-docker:1');
    const hosts = '--hosts-dir /etc/containerd/certs.d';
    await guest.sh(`ctr -a /run/ctr.sock -n other image pull ${hosts} docker.io/library/for-containerd:1`);
    await guest.sh(`${PODMAN} image rm --all --force; ${PODMAN} pull docker.io/library/for-podman:1`);
    for (const name of ['docker', 'containerd', 'podman']) {
      await waitFor(() => secure.requests.some((line) => line['repository'] === `library/for-${name}`), {
        what: `${name} has asked the encrypted mirror`,
      });
    }
    await setUp('--remove');
    assert.deepEqual(await guest.listing('/etc'), untouched);
  });

  it('keeps what was changed meanwhile', async () => {
    await setUp();
    await guest.sh(`sed -i 's/"log-level":"warn"/"log-level":"error"/' /etc/docker/daemon.json`);
    assert.equal((await setUp('--remove')).exitCode, 0);
    const left = JSON.parse((await guest.sh('cat /etc/docker/daemon.json')).stdout) as Record<
      string,
      unknown
    >;
    assert.equal(left['log-level'], 'error');
    assert.deepEqual(left['registry-mirrors'], ['https://other.example']);
    assert.deepEqual(left['insecure-registries'], []);
  });

  it('leaves a daemon.json alone that is none, and says why', async () => {
    await guest.sh(`printf '{"a": 1,}' >/etc/docker/daemon.json`);
    const { stderr, exitCode } = await setUp();
    assert.equal(exitCode, 1);
    assert.match(stderr, /daemon\.json is left as it is: line 1: expected a key/);
    assert.equal((await guest.sh('cat /etc/docker/daemon.json')).stdout, '{"a": 1,}');
    assert.equal((await setUp('--remove')).exitCode, 0);
  });

  for (const embed of [false, true]) {
    it(`is set up by the user data of cloud-init that ${embed ? 'carry' : 'fetch'} the script`, async () => {
      const access = { url: new URL(url), upstreams: upstreams.map(({ host }) => host), ca: undefined };
      await guest.sh('rm -f /etc/docker/daemon.json');
      const before = await guest.listing('/etc');
      const data = parse(cloudInit(access, { embed, ca: undefined })) as UserData;
      for (const { path, permissions, content } of data.write_files ?? []) {
        await guest.sh(`cat >${path}; chmod ${permissions} ${path}`, { input: content });
      }
      for (const command of data.runcmd) await guest.sh(command);
      assert.match((await guest.sh('cat /etc/docker/daemon.json')).stdout, new RegExp(`"${url}"`));
      await setUp('--remove');
      await guest.sh('rm /run/docker-mirror-setup.sh');
      assert.deepEqual(await guest.listing('/etc'), before);
    });
  }

  for (const shell of ['dash', 'busybox sh', 'bash', 'bash --posix']) {
    it(`does the same in ${shell}`, async () => {
      await guest.sh('rm -f /etc/docker/daemon.json');
      const before = await guest.listing('/etc');
      const piped = (args: string) => guest.sh(`curl -fsS ${url}/setup.sh | ${shell} -s -- ${args}`);
      await piped('');
      const daemon = (await guest.sh('cat /etc/docker/daemon.json')).stdout;
      assert.deepEqual(JSON.parse(daemon), {
        'registry-mirrors': [url],
        'insecure-registries': [url.slice('http://'.length)],
      });
      await piped('--remove');
      assert.deepEqual(await guest.listing('/etc'), before);
    });
  }

  it('does nothing when the download is cut short', async () => {
    const before = await guest.listing('/etc');
    const { stdout } = await guest.sh(`curl -fsS ${url}/setup.sh | wc -c`);
    for (const part of [0.3, 0.6, 0.99]) {
      const bytes = Math.floor(Number(stdout) * part);
      await guest.sh(`curl -fsS ${url}/setup.sh | head -c ${bytes} | sh`, { accept: [1, 2] });
    }
    await guest.sh(`curl -fsS ${url}/setup.sh | head -c -4 | sh`, { accept: [1, 2, 127] });
    assert.deepEqual(await guest.listing('/etc'), before);
  });

  it('does not note anything where somebody else than root could change it', async () => {
    const before = await guest.listing('/etc');
    for (const trap of ['mkdir -m 777', 'mkdir -m 755', 'ln -s /run']) {
      await guest.sh(`${trap} /var/lib/docker-mirror; chown -h 65534 /var/lib/docker-mirror`);
      const { stderr, exitCode } = await setUp();
      assert.equal(exitCode, 1);
      assert.match(stderr, /\/var\/lib\/docker-mirror is no folder that only root can write/);
      await guest.sh('rm -d /var/lib/docker-mirror');
    }
    assert.deepEqual(await guest.listing('/etc'), before);
  });

  it('tells somebody who is not root what to do', async () => {
    const { stderr, exitCode } = await guest.sh(`curl -fsS ${url}/setup.sh | setpriv --reuid 65534 sh`, {
      accept: [1],
    });
    assert.equal(exitCode, 1);
    assert.match(stderr, /run it as root, such as: curl -fsSL http:\S+\/setup\.sh \| sudo sh/);
  });
});

interface UserData {
  readonly write_files?: readonly { path: string; permissions: string; content: string }[];
  readonly runcmd: readonly string[];
}

const PODMAN =
  'podman --root /var/lib/pod --runroot /run/pod --tmpdir /run/pod/tmp --storage-driver vfs --cgroup-manager cgroupfs --events-backend none';

/** Docker and containerd as a distribution starts them, with their usual files and places. */
async function startEngines(guest: Guest): Promise<void> {
  const says = (script: string) => async () => (await guest.sh(script, { accept: [1] })).exitCode === 0;
  await guest.start({
    name: 'dockerd',
    command: [
      'dockerd',
      '--bridge',
      'none',
      '--iptables=false',
      '--ip6tables=false',
      '--data-root',
      '/var/lib/dock',
    ],
    ready: says('docker version >/dev/null 2>&1'),
    readyWithin: 40_000,
  });
  await guest.start({
    name: 'containerd',
    command: ['containerd'],
    ready: says('ctr -a /run/ctr.sock version >/dev/null 2>&1'),
  });
}
