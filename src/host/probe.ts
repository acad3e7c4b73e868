import { get as httpGet, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as httpsGet } from 'node:https';
import { errorCode } from '../errors.js';
import { type Address, reachable } from './address.js';

/** What a look at a registry found. */
export type ProbeResult =
  /** 200, or 401 when it asks for a password; `distribution` is whether it says that it speaks registry API version 2. */
  | { readonly answers: true; readonly status: number; readonly distribution: boolean }
  | { readonly answers: false; readonly reason: string };

/** How to look. */
export interface ProbeOptions {
  readonly tls: boolean;
  /** It wants a certificate that we do not have: being refused for that is an answer. */
  readonly clientCertificate?: boolean;
  /** Milliseconds; 2,000 when absent. */
  readonly timeout?: number;
}

const TIMEOUT_MS = 2_000;

/**
 * Asks a registry on this host for `/v2/` (OCI distribution specification, "Determining support"). Its certificate is not checked: it is
 * made for the names its clients use, and only its answering counts.
 */
export function probeRegistry(address: Address, options: ProbeOptions): Promise<ProbeResult> {
  const { host, port } = reachable(address);
  const request: RequestOptions = {
    host,
    port,
    path: '/v2/',
    agent: false,
    signal: AbortSignal.timeout(options.timeout ?? TIMEOUT_MS),
    headers: { 'user-agent': 'docker-mirror' },
  };
  return new Promise((resolve) => {
    const onResponse = (response: IncomingMessage) => {
      response.resume();
      response.destroy();
      resolve(judge(response));
    };
    const started = options.tls
      ? httpsGet({ ...request, rejectUnauthorized: false }, onResponse)
      : httpGet(request, onResponse);
    let secured = false;
    started.on('socket', (socket) => {
      socket.once('secureConnect', () => {
        secured = true;
      });
    });
    started.on('error', (error) => resolve(judgeError(error, options, secured)));
  });
}

function judge(response: IncomingMessage): ProbeResult {
  const status = response.statusCode ?? 0;
  const version = response.headers['docker-distribution-api-version'];
  if (status === 200 || status === 401) {
    return { answers: true, status, distribution: version === 'registry/2.0' };
  }
  return { answers: false, reason: `/v2/ answers with status ${status}` };
}

function judgeError(error: Error, options: ProbeOptions, secured: boolean): ProbeResult {
  const code = errorCode(error) ?? '';
  // Refused by an alert in the handshake (TLS 1.2, EPROTO) or after it (1.3, ERR_SSL_…), or cut off after it.
  const alerted = (code === 'EPROTO' || code.startsWith('ERR_SSL_')) && error.message.includes('alert');
  const wantsCertificate = options.clientCertificate === true && (secured || alerted);
  if (error.name === 'AbortError' || code === 'ABORT_ERR') {
    return { answers: false, reason: `no answer within ${options.timeout ?? TIMEOUT_MS} ms` };
  }
  if (wantsCertificate) return { answers: true, status: 401, distribution: true };
  return { answers: false, reason: error.message === '' ? code : error.message };
}
