import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { hash } from 'bcryptjs';
import { type Engine, startEngine } from '#src/cli/start-engine.js';
import { jsonLogger } from '#src/host/log.js';
import { parseEngineConfig } from '#src/settings/load-config.js';
import { basic, request } from '../../parts/http.js';
import { smallImage } from '../../parts/images.js';
import { randomBytesOf, sha256 } from '../../parts/layers.js';
import { RegistryClient } from '../../parts/registry-client.js';
import { waitFor } from '../../parts/wait.js';
import { makeCertificate } from '../certificates.js';
import { inFolder } from '../host/folder.js';

const logger = jsonLogger({ level: 'error', fields: {} }, { write: () => undefined });

/** Starts an engine on a free port with its data in the folder; `lines` are more of config.yml. */
async function start(folder: string, lines: string, http = 'addr: "127.0.0.1:0"'): Promise<Engine> {
  const text = `version: 0.1
storage: {filesystem: {rootdirectory: ${folder}/data}}
http: {${http}}
${lines}
`;
  const { config } = parseEngineConfig(text, 'c.yml', {});
  return await startEngine({ config, logger, env: {} });
}

function portOf(engine: Engine): number {
  return engine.listeners.addresses[0]?.port ?? assert.fail('it does not listen');
}

/** What of this process is waiting for something: servers, sockets, timers, threads. */
function resources(): string {
  return process
    .getActiveResourcesInfo()
    .filter((kind) => /Server|Timeout|Worker|MessagePort/.test(kind))
    .toSorted()
    .join(' ');
}

/** An upstream that sends the first half of a blob, and the rest when it is told to. */
async function halvingUpstream(bytes: Buffer) {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server = createServer(async (incoming, response) => {
    response.on('error', () => undefined);
    if (!incoming.url?.includes('/blobs/')) return void response.end('{}');
    response.writeHead(200, { 'content-length': bytes.length });
    if (incoming.method === 'HEAD') return void response.end();
    response.write(bytes.subarray(0, bytes.length / 2));
    await held;
    response.end(bytes.subarray(bytes.length / 2));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    release,
    close: () => {
      release();
      server.close();
      server.closeAllConnections();
    },
  };
}

describe('startEngine', () => {
  it('serves, and leaves nothing behind when it is closed', () =>
    inFolder(async (folder) => {
      const before = resources();
      const engine = await start(folder, 'health: {storagedriver: {enabled: true}}');
      const url = `http://127.0.0.1:${portOf(engine)}`;
      assert.equal((await request(`${url}/v2/`)).status, 200);
      await engine.close(0);
      await assert.rejects(request(`${url}/v2/`), /ECONNREFUSED/);
      await waitFor(() => resources() === before, { what: `only ${before} is left`, detail: resources });
      await engine.close(0);
    }));

  it('has a debug address that tells how the store is, and stops with the rest', () =>
    inFolder(async (folder) => {
      const probe = createTcpServer().listen(0, '127.0.0.1');
      await once(probe, 'listening');
      const { port } = probe.address() as AddressInfo;
      probe.close();
      await once(probe, 'close');
      const debug = `addr: "127.0.0.1:0", debug: {addr: "127.0.0.1:${port}"}`;
      const health = 'health: {storagedriver: {enabled: true, interval: 20ms, threshold: 2}}';
      const engine = await start(folder, health, debug);
      const ask = () => request(`http://127.0.0.1:${port}/debug/health`);
      try {
        assert.equal((await ask()).text(), '{}');
        // A file in the place of the folder: a disk that has gone, for root as well.
        await rename(join(folder, 'data'), join(folder, 'aside')).catch(() => undefined);
        await writeFile(join(folder, 'data'), '');
        const ill = await waitFor(
          async () => {
            const answer = await ask();
            return answer.status === 503 ? answer : undefined;
          },
          { what: 'the store is ill' },
        );
        assert.ok('storagedriver' in (ill.json() as object));
      } finally {
        await engine.close(0);
      }
      await assert.rejects(ask(), /ECONNREFUSED/);
    }));

  it('refuses a port that is taken, with everything closed again', () =>
    inFolder(async (folder) => {
      const other = createTcpServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      try {
        const users = join(folder, 'users');
        await writeFile(users, `me:${await hash('word', 4)}\n`);
        await writeFile(join(folder, 'images.txt'), 'one/app\n');
        const lines = `auth: {htpasswd: {realm: r, path: ${users}}}
health: {storagedriver: {enabled: true}}
mirror: {images: ${folder}/images.txt, upstreams: [{host: a.example}]}`;
        const before = resources();
        const http = `addr: "127.0.0.1:${port}", debug: {addr: "127.0.0.1:0"}`;
        await assert.rejects(start(folder, lines, http), { code: 'ADDRESS_IN_USE' });
        await waitFor(() => resources() === before, { what: `only ${before} is left`, detail: resources });
      } finally {
        other.close();
      }
    }));

  it('speaks TLS and asks for a password', () =>
    inFolder(async (folder) => {
      const { certificate, key } = await makeCertificate(folder, 'mirror');
      const users = join(folder, 'users');
      await writeFile(users, `me:${await hash('word', 4)}\n`);
      const tls = `addr: "127.0.0.1:0", tls: {certificate: ${certificate}, key: ${key}}`;
      const engine = await start(folder, `auth: {htpasswd: {realm: mirror, path: ${users}}}`, tls);
      try {
        assert.equal(engine.listeners.secure, true);
        const url = `https://127.0.0.1:${portOf(engine)}/v2/`;
        const ca = await readFile(certificate, 'utf8');
        const stranger = await request(url, { ca });
        assert.equal(stranger.status, 401);
        assert.equal(stranger.header('www-authenticate'), 'Basic realm="mirror"');
        const headers = (password: string) => ({ authorization: basic('me', password) });
        assert.equal((await request(url, { ca, headers: headers('wrong') })).status, 401);
        assert.equal((await request(url, { ca, headers: headers('word') })).status, 200);
      } finally {
        await engine.close(0);
      }
    }));

  it('serves listed images under their short names, and names both of two that share one', () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, 'images.txt'), 'team/app:1\none/same\ntwo/same\n');
      const engine = await start(
        folder,
        `mirror: {push: loopback, images: ${folder}/images.txt, upstreams: [{host: docker.io, endpoint: "http://127.0.0.1:9"}]}`,
      );
      try {
        const client = new RegistryClient({ url: `http://127.0.0.1:${portOf(engine)}` });
        const image = smallImage('start-engine-alias');
        for (const { digest, bytes } of [image.config, ...image.layers]) {
          await client.pushBlob('team/app', digest, bytes);
        }
        const { mediaType, digest, bytes } = image.manifest;
        assert.equal((await client.putManifest('team/app', '1', mediaType, bytes)).status, 201);
        const got = await client.manifest('app', '1');
        assert.deepEqual([got.status, got.header('docker-content-digest')], [200, digest]);
        const shared = await client.manifest('same', '1');
        assert.equal(shared.status, 404);
        assert.match(shared.text(), /line 2.*line 3/);
      } finally {
        await engine.close(0);
      }
    }));

  it('lets a transfer finish when it is closed', () =>
    inFolder(async (folder) => {
      const bytes = randomBytesOf('start-engine-drain', 400_000);
      const upstream = await halvingUpstream(bytes);
      try {
        const engine = await start(
          folder,
          `mirror: {upstreams: [{host: up.example, endpoint: "${upstream.url}"}]}`,
        );
        const client = new RegistryClient({ url: `http://127.0.0.1:${portOf(engine)}` });
        const pulled = client.downloadBlob('up.example/a/b', sha256(bytes));
        pulled.catch(() => undefined);
        await arrived(folder);
        const closed = engine.close(20_000);
        upstream.release();
        const { status, digest } = await pulled;
        assert.deepEqual([status, digest], [200, sha256(bytes)]);
        await closed;
      } finally {
        upstream.close();
      }
    }));

  it('cuts a transfer that takes longer than the grace', () =>
    inFolder(async (folder) => {
      const bytes = randomBytesOf('start-engine-cut', 400_000);
      const upstream = await halvingUpstream(bytes);
      try {
        const engine = await start(
          folder,
          `mirror: {upstreams: [{host: up.example, endpoint: "${upstream.url}"}]}`,
        );
        const client = new RegistryClient({ url: `http://127.0.0.1:${portOf(engine)}` });
        const failed = assert.rejects(client.downloadBlob('up.example/a/b', sha256(bytes)));
        await arrived(folder);
        await engine.close(50);
        await failed;
      } finally {
        upstream.close();
      }
    }));
});

/** Waits until the first bytes of a transfer are in the store. */
async function arrived(folder: string): Promise<void> {
  await waitFor(
    async () => {
      const names = await readdir(join(folder, 'data'), { recursive: true }).catch(() => []);
      for (const name of names) {
        const facts = await stat(join(folder, 'data', name)).catch(() => undefined);
        if (facts?.isFile() === true && facts.size > 10_000) return true;
      }
      return false;
    },
    { what: 'the transfer has begun' },
  );
}
