import http from 'node:http';
import https from 'node:https';
import type { LookupFunction, Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { UpstreamError } from './errors.js';
import { bareHost, proxyAuthorization, proxyFor } from './proxy.js';

/** How connections of one upstream are made. */
export interface ConnectorOptions {
  /** The upstream's name, for errors. */
  readonly host: string;
  /** PEM of the authorities to trust; Node's own when absent. */
  readonly ca: readonly string[] | undefined;
  readonly lookup: LookupFunction;
  /** Where `HTTPS_PROXY` and its kin are looked up. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Milliseconds for the whole of it. */
  readonly timeout: number;
}

/** How long one address is tried before the next one is tried beside it (Node's 250 ms cut off distant ones). */
const FAMILY_ATTEMPT = 500;

/**
 * Makes connections for undici: directly, where each resolved address passes the guard; to the proxy for plain HTTP; through the
 * proxy by CONNECT for HTTPS.
 */
export function createConnector(
  build: typeof buildConnector,
  options: ConnectorOptions,
): buildConnector.connector {
  const { timeout } = options;
  const direct = build({
    timeout,
    lookup: options.lookup,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: FAMILY_ATTEMPT,
    ...(options.ca === undefined ? {} : { ca: [...options.ca] }),
  });
  const toProxy = build({ timeout });

  return (target, callback) => {
    const proxy = proxyFor(new URL(`${target.protocol}//${target.host}`), options.env);
    if (proxy === undefined) {
      direct(target, callback);
      return;
    }
    if (target.protocol === 'http:') {
      const { protocol, host, port } = proxy;
      toProxy({ protocol, host, port, hostname: bareHost(proxy.hostname) }, (...[error, socket]) => {
        if (error === null) callback(null, socket);
        else callback(proxyFailure(options.host, proxy, error), null);
      });
      return;
    }
    tunnel(
      options.host,
      proxy,
      `${target.hostname.includes(':') ? `[${target.hostname}]` : target.hostname}:${target.port || 443}`,
      timeout,
    ).then(
      (socket) => direct({ ...target, httpSocket: socket }, callback),
      (error: Error) => callback(error, null),
    );
  };
}

/** A connection to `authority` through a proxy (RFC 9110, section 9.3.6). */
function tunnel(host: string, proxy: URL, authority: string, timeout: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const authorization = proxyAuthorization(proxy);
    const request = (proxy.protocol === 'https:' ? https : http).request({
      method: 'CONNECT',
      host: bareHost(proxy.hostname),
      port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
      path: authority,
      headers: {
        host: authority,
        ...(authorization === undefined ? {} : { 'proxy-authorization': authorization }),
      },
      agent: false,
    });
    const timer = setTimeout(() => request.destroy(proxyTooSlow(host, proxy, timeout)), timeout);
    request.once('connect', (response, socket, head) => {
      clearTimeout(timer);
      if (response.statusCode !== 200) {
        socket.destroy();
        reject(proxyRefusal(host, proxy, response.statusCode ?? 0));
        return;
      }
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.once('error', (error) => {
      clearTimeout(timer);
      reject(error instanceof UpstreamError ? error : proxyFailure(host, proxy, error));
    });
    request.end();
  });
}

const HINT = 'check HTTPS_PROXY, HTTP_PROXY and NO_PROXY in the environment of the mirror';

function proxyTooSlow(host: string, proxy: URL, timeout: number): UpstreamError {
  const message = `the proxy ${proxy.host} on the way to ${host} opened no connection in ${timeout / 1000} s`;
  return new UpstreamError('UPSTREAM_TIMEOUT', host, message, { retryable: true, hint: HINT });
}

/** What a proxy's status means to who asked it for something. */
export function proxyRefusal(host: string, proxy: URL, status: number): UpstreamError {
  const why = status === 407 ? 'wants other credentials' : `answered with status ${status}`;
  return new UpstreamError('UPSTREAM_FAILED', host, `the proxy ${proxy.host} on the way to ${host} ${why}`, {
    retryable: status >= 500,
    hint: HINT,
  });
}

function proxyFailure(host: string, proxy: URL, cause: Error): UpstreamError {
  const message = `the proxy ${proxy.host} on the way to ${host} cannot be reached`;
  return new UpstreamError('UPSTREAM_FAILED', host, message, { retryable: true, hint: HINT, cause });
}
