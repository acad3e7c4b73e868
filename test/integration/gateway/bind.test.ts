import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ListenError } from '#src/gateway/bind.js';
import { createOpened, get, hello, portOf } from './serving.js';

const { open, closeAll } = createOpened();
afterEach(closeAll);

/**
 * Runs listen-probe in a network namespace of its own, where every address may be listened on without anybody
 * reaching it: loopback with 10.9.9.9 beside it, changed by a shell command when one is given.
 */
async function probe(
  ...asked: (string | { readonly setup: string })[]
): Promise<{ addresses: string[]; answers: Record<string, string> }> {
  const setup = asked.flatMap((part) => (typeof part === 'string' ? [] : [part.setup]));
  const hosts = asked.filter((part) => typeof part === 'string');
  const program = fileURLToPath(new URL('listen-probe.js', import.meta.url));
  const prepare = ['ip link set lo up', 'ip address add 10.9.9.9/32 dev lo', ...setup, 'exec "$@"'].join(
    ' && ',
  );
  const privileges = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const { stdout } = await promisify(execFile)('unshare', [
    ...[...privileges, '--net', 'sh', '-c', prepare, 'sh', process.execPath, program],
    ...hosts,
  ]);
  return JSON.parse(stdout);
}

/** A program that serves on descriptor 3 until its standard input ends. */
const INHERITING = `
  const { openListeners } = await import(${JSON.stringify(import.meta.resolve('#src/gateway/listeners.js'))});
  const listeners = await openListeners(
    { listen: { host: '', port: 1 }, tls: undefined },
    (request, response) => response.end('inherited'),
    { descriptors: [3], onProblem: (error) => { throw error; } },
  );
  console.log(listeners.addresses[0].port);
  process.stdin.resume().on('end', () => listeners.close(0));
`;

describe('openListeners: addresses', () => {
  it('localhost is both loopback addresses on one port', async () => {
    const listeners = await open(hello, { listen: { host: 'localhost', port: 0 } });
    assert.deepEqual(listeners.addresses.map(({ address }) => address).sort(), ['127.0.0.1', '::1']);
    assert.equal(new Set(listeners.addresses.map(({ port }) => port)).size, 1);
    assert.equal((await get(portOf(listeners), '127.0.0.1')).body, 'hello');
    assert.equal((await get(portOf(listeners), '::1')).body, 'hello');
  });

  it('several addresses are listened on, or none of them', async () => {
    const port = portOf(await open(hello, { listen: { host: '127.0.0.1', port: 0 } }));
    await closeAll();
    const listen = { host: '127.0.0.1', port };
    const listeners = await open(hello, { listen, alsoListen: [{ host: '127.0.0.2', port }] });
    for (const host of ['127.0.0.1', '127.0.0.2']) assert.equal((await get(port, host)).body, 'hello');
    assert.deepEqual(
      listeners.addresses.map(({ address }) => address),
      ['127.0.0.1', '127.0.0.2'],
    );
    await closeAll();
    const taken = await open(hello, { listen: { host: '127.0.0.2', port } });
    await assert.rejects(
      open(hello, { listen, alsoListen: [{ host: '127.0.0.2', port }] }),
      (error) => error instanceof ListenError && error.code === 'ADDRESS_IN_USE',
    );
    assert.equal(portOf(taken), port);
    await assert.rejects(get(port, '127.0.0.1'), { code: 'ECONNREFUSED' });
  });

  it('an empty host is every address of both families, and only loopback clients are of this machine', async () => {
    assert.deepEqual(await probe('', '127.0.0.1', '::1', '10.9.9.9'), {
      addresses: ['::'],
      answers: { '127.0.0.1': 'loopback', '::1': 'loopback', '10.9.9.9': 'elsewhere' },
    });
  });

  it('localhost does not answer on other addresses', async () => {
    const { answers } = await probe('localhost', '127.0.0.1', '::1', '10.9.9.9');
    assert.deepEqual(answers, { '127.0.0.1': 'loopback', '::1': 'loopback', '10.9.9.9': 'ECONNREFUSED' });
  });

  it('a machine without IPv6 has the other family', async () => {
    const without = { setup: 'echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6' };
    assert.deepEqual(await probe('localhost', '127.0.0.1', without), {
      addresses: ['127.0.0.1'],
      answers: { '127.0.0.1': 'loopback' },
    });
    const everywhere = await probe('', '127.0.0.1', '10.9.9.9', without);
    assert.deepEqual(everywhere.answers, { '127.0.0.1': 'loopback', '10.9.9.9': 'elsewhere' });
  });

  it('a machine without IPv4 on loopback has the other family', async () => {
    assert.deepEqual(await probe('localhost', '::1', { setup: 'ip address del 127.0.0.1/8 dev lo' }), {
      addresses: ['::1'],
      answers: { '::1': 'loopback' },
    });
  });

  it('a taken port is an error of its own, and nothing is left listening', async () => {
    const holder = createServer().listen(0, '::1');
    await once(holder, 'listening');
    const bound = holder.address();
    assert.ok(typeof bound === 'object' && bound !== null);
    try {
      await assert.rejects(
        open(hello, { listen: { host: 'localhost', port: bound.port } }),
        (error: unknown) => {
          assert.ok(error instanceof ListenError);
          assert.equal(error.code, 'ADDRESS_IN_USE');
          assert.equal(error.address.port, bound.port);
          assert.match(error.hint ?? '', /http\.addr/);
          return true;
        },
      );
      // The half on 127.0.0.1 was given up again.
      const again = createServer().listen(bound.port, '127.0.0.1');
      await once(again, 'listening');
      again.close();
    } finally {
      holder.close();
    }
  });

  it('an address of another machine, and a host that is none, are errors', async () => {
    for (const host of ['192.0.2.1', 'no-such-host.invalid']) {
      await assert.rejects(open(hello, { listen: { host, port: 0 } }), { code: 'ADDRESS_UNUSABLE' });
    }
  });

  it('takes a socket that listens already', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const bound = holder.address();
    assert.ok(typeof bound === 'object' && bound !== null);
    // The number of the listening socket, which Node has no public name for.
    const { fd } = (holder as unknown as { readonly _handle: { readonly fd: number } })._handle;
    const child = spawn(process.execPath, ['--input-type=module', '-e', INHERITING], {
      stdio: ['pipe', 'pipe', 'inherit', fd],
    });
    try {
      const [printed] = await once(child.stdout ?? assert.fail(), 'data');
      assert.equal(Number(printed), bound.port);
      holder.close();
      assert.equal((await get(bound.port)).body, 'inherited');
      child.stdin?.end();
      assert.deepEqual(await once(child, 'exit'), [0, null]);
    } finally {
      child.kill('SIGKILL');
      holder.close();
    }
  });

  it('refuses a descriptor that is no socket', async () => {
    await assert.rejects(open(hello, { descriptors: [9999] }), { code: 'ADDRESS_UNUSABLE' });
  });
});
