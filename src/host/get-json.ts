import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** A document, and the status it came with. */
export interface JsonAnswer {
  readonly status: number;
  /** Undefined when the body is no JSON. */
  readonly document: unknown;
}

/** How to ask. */
export interface GetJsonOptions {
  /** PEM of the authorities to trust instead of the system's. */
  readonly ca?: string | undefined;
  /** Milliseconds for the whole; 5,000 when absent. */
  readonly timeout?: number;
}

/** More than any document of ours has, bytes. */
const LIMIT = 1024 * 1024;

/**
 * Gets a small JSON document.
 * @throws Error when there is no answer, or a much too long one
 */
export function getJson(url: URL, options: GetJsonOptions = {}): Promise<JsonAnswer> {
  const asked: RequestOptions & { ca?: string } = {
    agent: false,
    signal: AbortSignal.timeout(options.timeout ?? 5_000),
    headers: { 'user-agent': 'docker-mirror', accept: 'application/json' },
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  };
  return new Promise((resolve, reject) => {
    const onResponse = (response: IncomingMessage) => {
      readBody(response).then(
        (text) => resolve({ status: response.statusCode ?? 0, document: parse(text) }),
        reject,
      );
    };
    const request = url.protocol === 'https:' ? httpsRequest(url, asked) : httpRequest(url, asked);
    request.on('response', onResponse).on('error', reject).end();
  });
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LIMIT) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
