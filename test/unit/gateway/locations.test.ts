import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Context } from '#src/gateway/context.js';
import { locationOf } from '#src/gateway/locations.js';
import type { HttpConfig } from '#src/settings/engine-config.js';
import { exchangeOf } from './exchanges.js';

const PATH = '/v2/a/blobs/uploads/1?_state=x';
const TLS = { certificate: 'c', key: 'k', clientCAs: [], minimumTls: 'TLSv1.2' } as const;

function location(http: Partial<HttpConfig>, headers: Record<string, string>): string {
  const whole = { host: undefined, relativeUrls: false, tls: undefined, ...http };
  const context = { config: { http: whole } } as unknown as Context;
  return locationOf(context, exchangeOf({ headers }).exchange, PATH);
}

describe('a location', () => {
  const host = 'mirror.test:5000';
  const cases: readonly [string, Partial<HttpConfig>, Record<string, string>, string][] = [
    ['under the address the client used', {}, { host }, `http://${host}${PATH}`],
    ['with https when the mirror speaks it', { tls: TLS }, { host }, `https://${host}${PATH}`],
    [
      'with https when a proxy in front does',
      {},
      { host, 'x-forwarded-proto': 'https' },
      `https://${host}${PATH}`,
    ],
    [
      'with http when a proxy in front does',
      { tls: TLS },
      { host, 'x-forwarded-proto': 'http' },
      `http://${host}${PATH}`,
    ],
    ['relative when the client named no host', {}, {}, PATH],
    ['relative when that is configured', { relativeUrls: true }, { host }, PATH],
    [
      'under the configured address, whatever else is',
      { host: new URL('https://registry.test'), relativeUrls: true },
      { host, 'x-forwarded-proto': 'http' },
      `https://registry.test${PATH}`,
    ],
  ];
  for (const [what, http, headers, expected] of cases) {
    it(`is ${what}`, () => assert.equal(location(http, headers), expected));
  }
});
