import assert from 'node:assert/strict';
import { chmod, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { createCredentialSource } from '#src/upstream/credential-source.js';
import { captureLog, connect, serve } from './fixture.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');

async function folder(test: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'docker-mirror-auth-'));
  test.after(() => rm(made, { recursive: true, force: true }));
  return made;
}

/** Writes a file so that its time stamp differs from that of before. */
let stamp = 1_700_000_000;
async function write(file: string, content: unknown): Promise<void> {
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
  stamp += 10;
  await utimes(file, stamp, stamp);
}

/** A credential helper as a shell script; it notes each server it is asked for. */
async function helper(dir: string, name: string, body: string): Promise<string> {
  const file = join(dir, `docker-credential-${name}`);
  await writeFile(file, `#!/bin/sh\nserver=$(cat)\necho "$1 $server" >> "${dir}/asked"\n${body}\n`);
  await chmod(file, 0o755);
  return file;
}

async function source(test: TestContext, content: unknown, now?: () => number) {
  const dir = await folder(test);
  const file = join(dir, 'auth.json');
  await write(file, content);
  const { logger, lines } = captureLog();
  const helperEnv = { PATH: `${dir}:${process.env['PATH']}` };
  const found = createCredentialSource(file, { logger, helperEnv, ...(now === undefined ? {} : { now }) });
  return { dir, file, lines, source: found };
}

describe('the credentials file', () => {
  it('is read again when it changes', async (test) => {
    const made = await source(test, { auths: { 'r.test': { auth: base64('a:1') } } });
    assert.deepEqual(await made.source.find('r.test', 'x'), {
      kind: 'password',
      username: 'a',
      password: '1',
    });
    await write(made.file, { auths: { 'r.test': { auth: base64('b:2:3') } } });
    assert.deepEqual(await made.source.find('r.test', 'x'), {
      kind: 'password',
      username: 'b',
      password: '2:3',
    });
    await rm(made.file);
    assert.equal(await made.source.find('r.test', 'x'), undefined);
    assert.equal(made.lines.length, 1);
  });

  it('that is broken or missing is reported once, named, without its content', async (test) => {
    const made = await source(test, '{"auths": {"r.test": {"password": "hunter2"');
    for (let times = 0; times < 3; times++) assert.equal(await made.source.find('r.test', 'x'), undefined);
    assert.equal(made.lines.length, 1);
    assert.ok(made.lines[0]?.includes(made.file));
    assert.ok(!made.lines[0]?.includes('hunter2'));
    await write(made.file, { auths: { 'r.test': { auth: 'no colon' } } });
    await Promise.all([made.source.find('r.test', 'x'), made.source.find('r.test', 'x')]);
    assert.equal(made.lines.length, 2);
    await write(made.file, { auths: {} });
    assert.equal(await made.source.find('r.test', 'x'), undefined);
    assert.equal(made.lines.length, 2);
  });

  it('that cannot be used leaves the upstream to be asked anonymously', async (test) => {
    const made = await source(test, 'nonsense');
    const registry = await serve(test, { auth: { kind: 'bearer' } });
    registry.library.addManifest('a', {}, 'v1');
    const { upstream } = connect(test, registry.endpoint, { credentials: made.source });
    assert.deepEqual((await upstream.tags('a')).tags, ['v1']);
  });

  it('changes what an upstream is asked with, without a restart', async (test) => {
    const made = await source(test, { auths: { 'registry.test': { auth: base64('me:old') } } });
    const registry = await serve(test, { auth: { kind: 'bearer', username: 'me', password: 'new' } });
    registry.library.addManifest('a', {}, 'v1');
    const { upstream } = connect(test, registry.endpoint, { credentials: made.source });
    await assert.rejects(upstream.tags('a'), { code: 'UPSTREAM_DENIED' });
    await write(made.file, { auths: { 'registry.test': { auth: base64('me:new') } } });
    assert.deepEqual((await upstream.tags('a')).tags, ['v1']);
  });

  it('may name an upstream by its endpoint', async (test) => {
    const registry = await serve(test, { auth: { kind: 'basic', username: 'me', password: 'p' } });
    registry.library.addManifest('a', {}, 'v1');
    const made = await source(test, { auths: { [registry.endpoint.host]: { auth: base64('me:p') } } });
    const { upstream } = connect(test, registry.endpoint, { credentials: made.source });
    assert.deepEqual((await upstream.tags('a')).tags, ['v1']);
  });
});

describe('credential helpers', () => {
  it('are asked once a minute, Docker Hub by its old name', async (test) => {
    let now = 0;
    const made = await source(test, { credHelpers: { 'docker.io': 'one' }, credsStore: 'two' }, () => now);
    await helper(made.dir, 'one', `echo '{"ServerURL":"x","Username":"u","Secret":"p"}'`);
    await helper(made.dir, 'two', `echo '{"ServerURL":"x","Username":"<token>","Secret":"t"}'`);
    const password = { kind: 'password', username: 'u', password: 'p' };
    const found = await Promise.all([1, 2, 3].map(() => made.source.find('docker.io', 'library/a')));
    assert.deepEqual(found, [password, password, password]);
    assert.deepEqual(await made.source.find('r.test:5000', 'a'), { kind: 'identity-token', token: 't' });
    now += 61_000;
    await made.source.find('docker.io', 'library/a');
    const asked = (await readFile(join(made.dir, 'asked'), 'utf8')).trim().split('\n');
    const hub = 'get https://index.docker.io/v1/';
    assert.deepEqual(asked, [hub, 'get r.test:5000', hub]);
  });

  it('that have nothing mean anonymous, without a word', async (test) => {
    const made = await source(test, { credsStore: 'empty' });
    await helper(made.dir, 'empty', 'echo credentials not found in native keychain; exit 1');
    assert.equal(await made.source.find('r.test', 'a'), undefined);
    assert.deepEqual(made.lines, []);
  });

  for (const [what, body] of [
    ['fails', 'echo the keychain is locked; exit 1'],
    ['crashes', 'echo hunter2; exit 3'],
    ['talks nonsense', 'echo hunter2'],
    ['gives half an answer', `echo '{"Username":"hunter2"}'`],
  ] as const) {
    it(`that ${what} is reported once, and the upstream asked anonymously`, async (test) => {
      const made = await source(test, { credHelpers: { 'r.test': 'bad' } });
      await helper(made.dir, 'bad', body);
      assert.equal(await made.source.find('r.test', 'a'), undefined);
      assert.equal(await made.source.find('r.test', 'b'), undefined);
      assert.equal(made.lines.length, 1);
      assert.ok(made.lines[0]?.includes('docker-credential-bad'));
      assert.ok(!made.lines[0]?.includes('hunter2'));
    });
  }

  it('that are not installed are reported by name', async (test) => {
    const made = await source(test, { credsStore: 'nowhere-to-be-found' });
    assert.equal(await made.source.find('r.test', 'a'), undefined);
    assert.match(made.lines[0] ?? '', /docker-credential-nowhere-to-be-found is not installed/);
  });
});
