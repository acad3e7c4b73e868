import { CIPHER_SUITES } from './cipher-suites.js';
import type { ConfigSection } from './config-section.js';
import type { HttpConfig, ListenAddress, TlsConfig } from './engine-config.js';
import { parseListenAddress } from './listen-address.js';
import { oneOf } from './parsed.js';
import { parseBaseUrl } from './registry-url.js';

const DEFAULT_LISTEN: ListenAddress = { host: '', port: 5000 };
/** Distribution does not wait at all unless told to; here an upload in progress gets half a minute. */
const DEFAULT_DRAIN = 30_000;

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110, section 5.5: no control characters but the tab. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Reads `http`. */
export function readHttp(http: ConfigSection): HttpConfig {
  const debug = http.section('debug');
  http.parsed('net', oneOf('tcp'));
  // Upload sessions live in the store here, so that nothing has to be signed.
  http.node('secret');
  const config: HttpConfig = {
    listen: http.parsed('addr', parseListenAddress)?.value ?? DEFAULT_LISTEN,
    host: http.parsed('host', parseBaseUrl)?.value,
    relativeUrls: http.boolean('relativeurls', false),
    headers: readHeaders(http.section('headers')),
    tls: readTls(http.section('tls')),
    drainTimeout: http.duration('draintimeout', DEFAULT_DRAIN),
    debug: debug.parsed('addr', parseListenAddress)?.value,
  };
  if (config.debug !== undefined && config.debug.port !== 0 && sameAddress(config.listen, config.debug)) {
    debug.problem('addr', 'expected another address than that of http.addr');
  }
  debug.finish(['prometheus']);
  http.finish(['prefix', 'http2', 'h2c']);
  return config;
}

function sameAddress(a: ListenAddress, b: ListenAddress): boolean {
  return a.port === b.port && a.host === b.host;
}

function readHeaders(headers: ConfigSection): Record<string, readonly string[]> {
  const read: [string, readonly string[]][] = [];
  for (const name of headers.keys()) {
    const values = headers.strings(name);
    if (!HEADER_NAME.test(name)) headers.problem(name, 'is not the name of a header');
    else if (values.some((value) => !HEADER_VALUE.test(value))) {
      headers.problem(name, 'has a character that cannot stand in a header');
    } else read.push([name, values]);
  }
  return Object.fromEntries(read);
}

function readTls(tls: ConfigSection): TlsConfig | undefined {
  const certificate = tls.string('certificate');
  const key = tls.string('key');
  const clientCAs = tls.strings('clientcas');
  const minimumTls = tls.parsed('minimumtls', oneOf('tls1.2', 'tls1.3'))?.value;
  const cipherSuites = readCipherSuites(tls);
  if (certificate === undefined && key === undefined) refuseWithoutCertificate(tls, clientCAs);
  if (certificate === undefined && key !== undefined)
    tls.problem('key', 'needs http.tls.certificate beside it');
  if (certificate !== undefined && key === undefined)
    tls.problem('certificate', 'needs http.tls.key beside it');
  tls.finish(['letsencrypt']);
  if (certificate === undefined || key === undefined) return undefined;
  return {
    certificate: certificate.value,
    key: key.value,
    clientCAs,
    minimumTls: minimumTls === 'tls1.3' ? 'TLSv1.3' : 'TLSv1.2',
    ...(cipherSuites.length === 0 ? {} : { cipherSuites }),
  };
}

/** TLS was asked for in a way that would leave the mirror without it: that must not pass silently. */
function refuseWithoutCertificate(tls: ConfigSection, clientCAs: readonly string[]): void {
  if (tls.keys().includes('letsencrypt') && tls.node('letsencrypt') !== undefined) {
    tls.problem('letsencrypt', 'is not supported here; expected http.tls.certificate and http.tls.key');
  }
  if (clientCAs.length > 0) {
    tls.problem('clientcas', 'needs http.tls.certificate and http.tls.key beside it');
  }
}

function readCipherSuites(tls: ConfigSection): string[] {
  const written = tls.strings('ciphersuites');
  const unknown = written.find((name) => !CIPHER_SUITES.has(name));
  if (unknown !== undefined) {
    tls.problem(
      'ciphersuites',
      `expected names such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256; found ${JSON.stringify(unknown)}`,
    );
  }
  return written.flatMap((name) => CIPHER_SUITES.get(name) ?? []);
}
