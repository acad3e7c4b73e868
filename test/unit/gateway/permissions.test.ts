import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Context } from '#src/gateway/context.js';
import type { Target } from '#src/gateway/naming.js';
import { requireDeleter, requirePushable, requireWriter, writerRefusal } from '#src/gateway/permissions.js';
import type { OciErrorCode } from '#src/oci/error-code.js';
import { exchangeOf, type RequestInMemory } from './exchanges.js';
import { upstreamOf } from './upstreams.js';

interface Setting {
  readonly push?: 'none' | 'loopback' | 'authenticated';
  readonly readOnly?: boolean;
  readonly deleteEnabled?: boolean;
}

function contextOf({ push = 'loopback', readOnly = false, deleteEnabled = false }: Setting): Context {
  return { config: { mirror: { push }, storage: { readOnly, deleteEnabled } } } as unknown as Context;
}

const HERE: RequestInMemory = { remoteAddress: '127.0.0.1' };
const THERE: RequestInMemory = { remoteAddress: '10.0.0.7' };

describe('who may write', () => {
  const cases: readonly [Setting, RequestInMemory, string | undefined, OciErrorCode | undefined][] = [
    [{ push: 'loopback' }, HERE, undefined, undefined],
    [{ push: 'loopback' }, { remoteAddress: '::1' }, undefined, undefined],
    [{ push: 'loopback' }, THERE, undefined, 'DENIED'],
    [{ push: 'loopback' }, THERE, 'ann', 'DENIED'],
    [{ push: 'loopback' }, { ...THERE, headers: { 'x-forwarded-for': '127.0.0.1' } }, undefined, 'DENIED'],
    [{ push: 'loopback' }, {}, undefined, 'DENIED'],
    [{ push: 'authenticated' }, THERE, 'ann', undefined],
    [{ push: 'authenticated' }, HERE, undefined, 'DENIED'],
    [{ push: 'none' }, HERE, 'ann', 'DENIED'],
    [{ readOnly: true }, HERE, 'ann', 'UNSUPPORTED'],
    // What a browser says of a page's request.
    [{}, { ...HERE, headers: { origin: 'https://evil.test' } }, undefined, 'DENIED'],
    [{}, { ...HERE, headers: { origin: 'null' } }, undefined, 'DENIED'],
    [{}, { ...HERE, headers: { 'sec-fetch-site': 'cross-site' } }, undefined, 'DENIED'],
    [{}, { ...HERE, headers: { 'sec-fetch-site': 'same-site' } }, undefined, 'DENIED'],
    [{}, { ...HERE, headers: { 'sec-fetch-site': 'none' } }, undefined, undefined],
    [{}, { ...HERE, headers: { 'sec-fetch-site': 'same-origin' } }, undefined, undefined],
    [{ push: 'authenticated' }, { ...HERE, headers: { origin: 'https://evil.test' } }, 'ann', 'DENIED'],
  ];
  for (const [setting, request, user, code] of cases) {
    it(`${code ?? 'allowed'}: ${JSON.stringify([setting, request, user])}`, () => {
      const { exchange } = exchangeOf(request);
      exchange.user = user;
      assert.equal(writerRefusal(contextOf(setting), exchange)?.code, code);
      if (code === undefined) requireWriter(contextOf(setting), exchange);
      else assert.throws(() => requireWriter(contextOf(setting), exchange), { code });
    });
  }

  it('is said with the setting to change', () => {
    assert.match(writerRefusal(contextOf({}), exchangeOf(THERE).exchange)?.hint ?? '', /mirror\.push/);
    assert.match(writerRefusal(contextOf({ readOnly: true }), exchangeOf().exchange)?.hint ?? '', /readonly/);
  });
});

describe('who may delete', () => {
  it('is nobody unless deleting is enabled, and then who may write', () => {
    const disabled = contextOf({});
    assert.throws(() => requireDeleter(disabled, exchangeOf(HERE).exchange), {
      code: 'UNSUPPORTED',
      hint: /storage\.delete\.enabled/,
    });
    const enabled = contextOf({ deleteEnabled: true });
    requireDeleter(enabled, exchangeOf(HERE).exchange);
    assert.throws(() => requireDeleter(enabled, exchangeOf(THERE).exchange), { code: 'DENIED' });
  });
});

describe('what may be pushed', () => {
  const target: Target = {
    named: 'ghcr.io/a',
    remote: { upstream: upstreamOf('ghcr.io'), repository: 'a', stored: 'ghcr.io/a' },
    refusal: undefined,
    namespace: undefined,
    listed: false,
    pushable: false,
  };

  it('is no name of an upstream, which is named', () => {
    assert.throws(() => requirePushable(target), { code: 'DENIED', message: 'ghcr.io/a belongs to ghcr.io' });
    requirePushable({ ...target, pushable: true });
  });
});
