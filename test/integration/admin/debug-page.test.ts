import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDebugPage } from '#src/admin/debug-page.js';
import { request } from '../../parts/http.js';
import { startServer } from '../../parts/http-server.js';

describe('the debug page', () => {
  let problem: string | undefined;

  async function ask(path: string, method = 'GET') {
    await using server = await startServer(createDebugPage(() => problem));
    return await request(`${server.url}${path}`, { method });
  }

  it('says that all is well', async () => {
    problem = undefined;
    const answer = await ask('/debug/health');
    assert.equal(answer.status, 200);
    assert.equal(answer.header('content-type'), 'application/json; charset=utf-8');
    assert.equal(answer.text(), '{}');
  });

  it('says what is wrong, with any query', async () => {
    problem = 'no space left on "disk"';
    const answer = await ask('/debug/health?verbose=1');
    assert.equal(answer.status, 503);
    assert.deepEqual(answer.json(), { storagedriver: 'no space left on "disk"' });
  });

  it('answers HEAD as GET, without the body', async () => {
    problem = 'no space left';
    const answer = await ask('/debug/health', 'HEAD');
    assert.equal(answer.status, 503);
    assert.equal(answer.header('content-length'), String(JSON.stringify({ storagedriver: problem }).length));
    assert.equal(answer.body.length, 0);
  });

  it('takes no other method', async () => {
    const answer = await ask('/debug/health', 'POST');
    assert.equal(answer.status, 405);
    assert.equal(answer.header('allow'), 'GET, HEAD');
  });

  it('has nothing else', async () => {
    for (const path of ['/', '/debug', '/debug/health/', '/debug/vars', '/v2/']) {
      assert.equal((await ask(path)).status, 404, path);
    }
  });
});
