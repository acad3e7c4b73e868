import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { connect } from 'node:tls';
import { hash } from 'bcryptjs';
import { run } from '#src/host/exec.js';
import { Parts } from '../parts/cleanup.js';
import { basic, request } from '../parts/http.js';
import { smallImage } from '../parts/images.js';
import { type Mirror, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { type Podman, startPodman } from '../parts/podman.js';
import { type Skopeo, startSkopeo } from '../parts/skopeo.js';
import { type TempFolder, tempFolder } from '../parts/temp.js';
import { startUpstream, type TestUpstream } from '../parts/upstream.js';

const skip = lacking({ programs: ['podman', 'skopeo', 'docker-registry', 'openssl'], root: true });

const USER = 'builder';
const PASSWORD = 'a word: with a colon';

/** An authority of the test's own, made with openssl, and what it signs. */
interface Authority {
  /** Path of its certificate. */
  readonly certificate: string;
  /** Signs a certificate for 127.0.0.1, good for servers and clients. */
  sign(name: string): Promise<{ certificate: string; key: string }>;
}

async function makeAuthority(folder: TempFolder, name: string): Promise<Authority> {
  const pem = folder.file(`${name}.crt`);
  const authorityKey = folder.file(`${name}.key`);
  const newKey = ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const extension = ['-addext', 'basicConstraints=critical,CA:TRUE'];
  await run('openssl', [
    ...[...newKey, '-x509', '-days', '2', '-subj', `/CN=${name}`, ...extension],
    ...['-keyout', authorityKey, '-out', pem],
  ]);
  return {
    certificate: pem,
    sign: async (signed) => {
      const [key, wish, certificate, names] = ['key', 'csr', 'crt', 'ext'].map((kind) =>
        folder.file(`${signed}.${kind}`),
      ) as [string, string, string, string];
      await writeFile(names, 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\n');
      await run('openssl', [...newKey, '-subj', `/CN=${signed}`, '-keyout', key, '-out', wish]);
      await run('openssl', [
        ...['x509', '-req', '-in', wish, '-CA', pem, '-CAkey', authorityKey, '-CAcreateserial'],
        ...['-days', '2', '-extfile', names, '-out', certificate],
      ]);
      return { certificate, key };
    },
  };
}

/** The version that a handshake with the mirror ends with. */
function shakeHands(mirror: Mirror, ca: string, maxVersion: 'TLSv1.2' | 'TLSv1.3'): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: mirror.port, ca, maxVersion }, () => {
      resolve(socket.getProtocol());
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

describe('the mirror with TLS', { skip, timeout: 120_000 }, () => {
  const parts = new Parts();
  const image = smallImage('tls');
  let folder: TempFolder;
  let authority: Authority;
  let server: { certificate: string; key: string };
  let ca: string;
  let upstream: TestUpstream;

  before(async () => {
    folder = parts.add(await tempFolder('dm-tls'));
    authority = await makeAuthority(folder, 'authority');
    server = await authority.sign('server');
    ca = await readFile(authority.certificate, 'utf8');
    upstream = parts.add(await startUpstream());
    await upstream.publish(image, 'library/app', '1');
  });
  after(() => parts.close());

  const tls = () => ({ ...server, ca });

  describe('and passwords', () => {
    let mirror: Mirror;
    let skopeo: Skopeo;
    let podman: Podman;
    let certs: string;
    let auth: string;

    before(async () => {
      const htpasswd = folder.file('users');
      await writeFile(htpasswd, `${USER}:${await hash(PASSWORD, 4)}\n`);
      const upstreams = [{ host: 'docker.io', endpoint: upstream.endpoint }];
      mirror = parts.add(await startMirror({ tls: tls(), htpasswd, push: 'authenticated', upstreams }));
      skopeo = parts.add(await startSkopeo());
      podman = parts.add(await startPodman());
      // containers-certs.d(5): authorities end in .crt.
      certs = folder.file('certs');
      await mkdir(certs);
      await copyFile(authority.certificate, `${certs}/ca.crt`);
      auth = folder.file('auth.json');
    });

    it('lets nobody in without a password, nor with a wrong one', async () => {
      const name = `docker://${mirror.address}/library/app:1`;
      await assert.rejects(
        skopeo.skopeo('inspect', '--cert-dir', certs, name),
        /unauthorized|authentication required/i,
      );
      const wrong = [
        'login',
        '--cert-dir',
        certs,
        '--authfile',
        folder.file('wrong.json'),
        '--username',
        USER,
      ];
      await assert.rejects(
        podman.podman(...wrong, '--password', 'wrong', mirror.address),
        /invalid username\/password|unauthorized/i,
      );
    });

    it('is refused by a client that does not know its authority', async () => {
      const name = `docker://${mirror.address}/library/app:1`;
      await assert.rejects(skopeo.skopeo('inspect', name), /x509|certificate/);
    });

    it('lets podman log in, pull and push over HTTPS', async () => {
      const options = ['--cert-dir', certs, '--authfile', auth];
      await podman.podman('login', ...options, '--username', USER, '--password', PASSWORD, mirror.address);
      const id = await podman.pull(`${mirror.address}/library/app:1`, ...options);
      assert.equal(`sha256:${id}`, image.config.digest);
      const pushed = `${mirror.address}/team/podman:1`;
      await podman.podman('tag', id, pushed);
      await podman.podman('push', '--quiet', ...options, pushed);
      await podman.forgetImages();
      assert.equal(await podman.pull(pushed, ...options), id);
    });

    it('lets skopeo pull and push over HTTPS with the same login', async () => {
      const source = `docker://${mirror.address}/library/app:1`;
      const target = `docker://${mirror.address}/team/skopeo:1`;
      const oci = `oci:${folder.file('pulled')}:1`;
      await skopeo.skopeo('copy', '--src-cert-dir', certs, '--src-authfile', auth, source, oci);
      await skopeo.skopeo('copy', '--dest-cert-dir', certs, '--dest-authfile', auth, oci, target);
      const options = ['--cert-dir', certs, '--authfile', auth, '--format', '{{.Digest}}'];
      const { stdout } = await skopeo.skopeo('inspect', ...options, target);
      assert.equal(stdout.trim(), image.manifest.digest);
    });

    it('shows no password in its log', async () => {
      const users = mirror.requests.map(({ user }) => user);
      assert.ok(users.includes(USER));
      const encoded = basic(USER, PASSWORD).slice('Basic '.length);
      const text = JSON.stringify(mirror.log);
      assert.ok(!text.includes(PASSWORD) && !text.includes(encoded));
      assert.deepEqual(mirror.stray, []);
    });
  });

  it('takes TLS 1.2 unless the configuration wants newer', async () => {
    await using mirror = await startMirror({ tls: tls() });
    assert.equal(await shakeHands(mirror, ca, 'TLSv1.2'), 'TLSv1.2');
    assert.equal(await shakeHands(mirror, ca, 'TLSv1.3'), 'TLSv1.3');
  });

  it('with minimumtls tls1.3 refuses a client that knows 1.2 only', async () => {
    const env = { REGISTRY_HTTP_TLS_MINIMUMTLS: 'tls1.3' };
    await using mirror = await startMirror({ tls: tls(), env });
    await assert.rejects(shakeHands(mirror, ca, 'TLSv1.2'), { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION' });
    assert.equal(await shakeHands(mirror, ca, 'TLSv1.3'), 'TLSv1.3');
    assert.equal((await request(`${mirror.url}/v2/`, { ca })).status, 200);
  });

  it('with clientcas takes only clients that show a certificate of that authority', async () => {
    const [ours, strangers] = await Promise.all([
      makeAuthority(folder, 'clients'),
      makeAuthority(folder, 'strangers'),
    ]);
    const known = await ours.sign('client');
    const stranger = await strangers.sign('stranger');
    const shown = async ({ certificate, key }: typeof known) => ({
      cert: await readFile(certificate, 'utf8'),
      key: await readFile(key, 'utf8'),
    });
    const client = await shown(known);
    await using mirror = await startMirror({ tls: { ...tls(), clientCAs: [ours.certificate], client } });
    const url = `${mirror.url}/v2/`;
    assert.equal((await request(url, { ca, client })).status, 200);
    await assert.rejects(request(url, { ca }), /certificate required|ECONNRESET|socket hang up/);
    await assert.rejects(
      request(url, { ca, client: await shown(stranger) }),
      /unknown ca|ECONNRESET|socket hang up/,
    );
    assert.deepEqual(
      mirror.requests.filter(({ status }) => status !== 200),
      [],
    );
  });
});
