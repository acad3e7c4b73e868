import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { Agent, type ServerResponse } from 'node:http';
import { afterEach, describe, it } from 'node:test';
import { createOpened, get, hello, portOf, readAll } from './serving.js';

const { open, dial, closeAll } = createOpened();
afterEach(closeAll);

describe('openListeners: close', () => {
  /** A server whose one answer the test finishes itself. */
  async function openWaiting(beforeWait?: (response: ServerResponse) => void) {
    const requests = new EventEmitter();
    const response = once(requests, 'response').then(([first]): ServerResponse => first);
    const listeners = await open((_, begun) => {
      beforeWait?.(begun);
      requests.emit('response', begun);
    });
    return { listeners, response };
  }

  it('ends soon when nothing is going on, idle and fresh connections included', async () => {
    const listeners = await open(hello);
    const agent = new Agent({ keepAlive: true });
    await get(portOf(listeners), '127.0.0.1', agent);
    const fresh = dial(portOf(listeners));
    const halfHead = dial(portOf(listeners));
    await Promise.all([once(fresh, 'connect'), once(halfHead, 'connect')]);
    halfHead.write('GET / HTTP/1.1\r\n');
    // A whole round trip on a later connection, so that the server has seen the earlier ones.
    await get(portOf(listeners));
    const ends = [readAll(fresh), readAll(halfHead)];
    await listeners.close(60_000);
    await Promise.all(ends);
    agent.destroy();
  });

  it('answers a request that was on its way when it was told to end', async () => {
    const listeners = await open(hello);
    const fresh = dial(portOf(listeners));
    await once(fresh, 'connect');
    // A whole round trip on a later connection, so that the server has seen the earlier one.
    await get(portOf(listeners));
    const closed = listeners.close(60_000);
    const answer = readAll(fresh);
    fresh.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    assert.match(String(await answer), /^HTTP\/1\.1 200 [\s\S]*Connection: close/);
    await closed;
  });

  it('refuses new connections at once, and lets an answer finish, saying that it is the last', async () => {
    const { listeners, response } = await openWaiting();
    const port = portOf(listeners);
    const agent = new Agent({ keepAlive: true });
    const answer = get(port, '127.0.0.1', agent);
    const pending = await response;
    const closed = listeners.close(60_000);
    const refused = dial(port);
    await assert.rejects(once(refused, 'connect'), { code: 'ECONNREFUSED' });
    pending.end('done');
    const { body, headers } = await answer;
    assert.equal(body, 'done');
    assert.equal(headers.connection, 'close');
    await closed;
    agent.destroy();
  });

  it('closes a kept connection after an answer whose head was out before', async () => {
    const { listeners, response } = await openWaiting((begun) => begun.write('be'));
    const agent = new Agent({ keepAlive: true });
    const answer = get(portOf(listeners), '127.0.0.1', agent);
    const pending = await response;
    const closed = listeners.close(60_000);
    pending.end('gun');
    assert.equal((await answer).body, 'begun');
    await closed;
    agent.destroy();
  });

  it('cuts what is left after the grace, which a second call shortens', async () => {
    const { listeners, response } = await openWaiting((begun) => begun.write('never'));
    const socket = dial(portOf(listeners));
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await response;
    const patient = listeners.close(60_000);
    const cut = readAll(socket);
    await listeners.close(10);
    await patient;
    assert.match(await cut, /never/);
  });
});
