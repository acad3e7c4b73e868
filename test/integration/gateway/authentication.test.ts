import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { hash } from 'bcryptjs';
import {
  type Authenticator,
  type AuthenticatorOptions,
  createAuthenticator,
} from '#src/gateway/authentication.js';
import { type BcryptThread, createBcryptThread } from '#src/gateway/bcrypt.js';
import { HtpasswdError } from '#src/gateway/htpasswd.js';
import { OciError } from '#src/oci/error-code.js';

const run = promisify(execFile);

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** The real thread, with its work counted. */
function counted(): BcryptThread & { readonly hashes: string[] } {
  const thread = createBcryptThread();
  const hashes: string[] = [];
  return {
    hashes,
    get pending() {
      return thread.pending;
    },
    matches(password, stored) {
      hashes.push(stored);
      return thread.matches(password, stored);
    },
    close: () => thread.close(),
  };
}

describe('createAuthenticator', () => {
  let folder: string;
  let path: string;
  const opened: Authenticator[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'htpasswd-'));
    path = join(folder, 'users');
    await run('htpasswd', ['-B', '-b', '-c', path, 'ann', 'pass:word']);
    await run('htpasswd', ['-B', '-C', '6', '-b', path, 'bob', 'пароль']);
    const own = join(folder, 'own');
    await writeFile(own, `cat:${await hash('miau', 4)}\n`);
  });
  after(() => rm(folder, { recursive: true, force: true }));
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((authenticator) => authenticator.close()));
  });

  async function open(file = path, options: Partial<AuthenticatorOptions> = {}): Promise<Authenticator> {
    const authenticator = await createAuthenticator(
      { realm: 'The "Mirror"', path: file },
      { onProblem: (error) => assert.fail(error.message), ...options },
    );
    opened.push(authenticator);
    return authenticator;
  }

  function refused(error: unknown): true {
    assert.ok(error instanceof OciError);
    assert.equal(error.code, 'UNAUTHORIZED');
    assert.equal(error.status, 401);
    assert.deepEqual(error.headers, { 'WWW-Authenticate': 'Basic realm="The \\"Mirror\\""' });
    return true;
  }

  it('lets everybody in when nothing is configured', async () => {
    const authenticator = await createAuthenticator(undefined, { onProblem: () => undefined });
    assert.equal(authenticator.required, false);
    assert.equal(await authenticator.authenticate(undefined), undefined);
    assert.equal(await authenticator.authenticate(basic('a', 'b')), undefined);
    await authenticator.close();
  });

  it("knows the users of Apache's htpasswd and of bcryptjs", async () => {
    const authenticator = await open();
    assert.equal(authenticator.required, true);
    assert.equal(await authenticator.authenticate(basic('ann', 'pass:word')), 'ann');
    assert.equal(await authenticator.authenticate(basic('bob', 'пароль')), 'bob');
    const own = await open(join(folder, 'own'));
    assert.equal(await own.authenticate(basic('cat', 'miau')), 'cat');
  });

  it('refuses everybody else with the challenge', async () => {
    const authenticator = await open();
    for (const header of [
      undefined,
      'Bearer abc',
      basic('ann', 'pass'),
      basic('ann', ''),
      basic('Ann', 'pass:word'),
      basic('nobody', 'pass:word'),
      basic('__proto__', 'x'),
    ]) {
      await assert.rejects(authenticator.authenticate(header), refused);
    }
  });

  it('does as much work for a user that is not there, whatever the costs in the file', async () => {
    const bcrypt = counted();
    const authenticator = await open(path, { bcrypt });
    await assert.rejects(authenticator.authenticate(basic('nobody', 'x')), refused);
    assert.match(bcrypt.hashes[0] ?? '', /^\$2b\$06\$.{53}$/);
    await writeFile(join(folder, 'empty'), '');
    const empty = counted();
    await assert.rejects(
      (await open(join(folder, 'empty'), { bcrypt: empty })).authenticate(basic('a', 'b')),
      refused,
    );
    assert.equal(empty.hashes.length, 1);
  });

  it('asks bcrypt once for a password, however many use it at once or later', async () => {
    const bcrypt = counted();
    const authenticator = await open(path, { bcrypt });
    const users = await Promise.all(
      Array.from({ length: 100 }, () => authenticator.authenticate(basic('ann', 'pass:word'))),
    );
    assert.ok(users.every((user) => user === 'ann'));
    for (let n = 0; n < 100; n += 1) await authenticator.authenticate(basic('ann', 'pass:word'));
    assert.equal(bcrypt.hashes.length, 1);
    for (let n = 0; n < 10; n += 1)
      await assert.rejects(authenticator.authenticate(basic('ann', 'no')), refused);
    assert.equal(bcrypt.hashes.length, 2);
  });

  it('refuses more than so many different passwords at once, and recovers; known ones still pass', async () => {
    const authenticator = await open(path, { queueLimit: 4 });
    await authenticator.authenticate(basic('ann', 'pass:word'));
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 20 }, (_, n) => authenticator.authenticate(basic('bob', `wrong ${n}`))),
      authenticator.authenticate(basic('ann', 'pass:word')),
    ]);
    assert.equal(outcomes.at(-1)?.status, 'fulfilled');
    const codes = outcomes
      .slice(0, -1)
      .map((outcome) => outcome.status === 'rejected' && outcome.reason.code);
    assert.equal(codes.filter((code) => code === 'UNAUTHORIZED').length, 4);
    assert.equal(codes.filter((code) => code === 'TOOMANYREQUESTS').length, 16);
    assert.equal(await authenticator.authenticate(basic('bob', 'пароль')), 'bob');
  });

  it('does not hold up the main thread', async () => {
    const file = join(folder, 'slow');
    await writeFile(file, `ann:$2y$10$${'a'.repeat(53)}\n`);
    const authenticator = await open(file);
    // The thread is up once the first one is through.
    await assert.rejects(authenticator.authenticate(basic('ann', 'first')), refused);
    let turns = 0;
    let waiting = true;
    const turn = () => {
      turns += 1;
      if (waiting) setImmediate(turn);
    };
    const check = assert.rejects(authenticator.authenticate(basic('ann', 'second')), refused);
    setImmediate(turn);
    await check;
    waiting = false;
    assert.ok(turns > 50, `the event loop turned only ${turns} times during one check`);
  });

  it('reads the file again when it has changed', async () => {
    const file = join(folder, 'changing');
    await run('htpasswd', ['-B', '-b', '-c', file, 'ann', 'one']);
    const authenticator = await open(file, { recheck: 0 });
    assert.equal(await authenticator.authenticate(basic('ann', 'one')), 'ann');
    await run('htpasswd', ['-B', '-b', file, 'ann', 'two']);
    assert.equal(await authenticator.authenticate(basic('ann', 'two')), 'ann');
    await assert.rejects(authenticator.authenticate(basic('ann', 'one')), refused);
    await run('htpasswd', ['-D', file, 'ann']);
    await assert.rejects(authenticator.authenticate(basic('ann', 'two')), refused);
  });

  it('keeps the last good users when the file goes missing or is broken, says so once, and recovers', async () => {
    const file = join(folder, 'breaking');
    await run('htpasswd', ['-B', '-b', '-c', file, 'ann', 'one']);
    const problems: Error[] = [];
    const authenticator = await open(file, { recheck: 0, onProblem: (error) => problems.push(error) });
    const admitted = async () => assert.equal(await authenticator.authenticate(basic('ann', 'one')), 'ann');
    await admitted();
    await rename(file, `${file}.away`);
    await admitted();
    await admitted();
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.message ?? '', /cannot be read \(ENOENT\)/);
    await writeFile(file, 'ann:plain\n');
    await admitted();
    await admitted();
    assert.equal(problems.length, 2);
    assert.match(problems[1]?.message ?? '', /:1: expected a bcrypt hash/);
    await run('htpasswd', ['-B', '-b', '-c', file, 'ann', 'two']);
    assert.equal(await authenticator.authenticate(basic('ann', 'two')), 'ann');
    assert.equal(problems.length, 2);
  });

  it('does not start without a good file', async () => {
    await run('htpasswd', ['-m', '-b', '-c', join(folder, 'md5'), 'ann', 'one']);
    await assert.rejects(open(join(folder, 'md5')), /:1: expected a bcrypt hash .*MD5/);
    await assert.rejects(open(join(folder, 'none')), HtpasswdError);
    await assert.rejects(open(folder), /is a folder/);
  });

  it('goes on after its thread has failed', async () => {
    const bcrypt = createBcryptThread();
    const stored = await hash('x', 4);
    const stopped = bcrypt.matches('x', await hash('y', 12));
    await bcrypt.close();
    await assert.rejects(stopped, /thread has ended/);
    assert.equal(await bcrypt.matches('x', stored), true);
    await bcrypt.close();
  });
});
