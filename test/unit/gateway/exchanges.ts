import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { createExchange, type Exchange } from '#src/gateway/exchange.js';

/** A request and its answer without a connection: what is sent stays in memory. */
export interface ExchangeInMemory {
  readonly exchange: Exchange;
  /** The client goes away. */
  leave(): void;
  /** What was sent so far. */
  answer(): Answer;
}

export interface Answer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface RequestInMemory {
  readonly method?: string;
  readonly url?: string;
  /** By name in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly remoteAddress?: string;
}

/** Takes a request in hand as the gateway does. */
export function exchangeOf(asked: RequestInMemory = {}): ExchangeInMemory {
  const sent: Buffer[] = [];
  const line = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      // A copy, because buffers of the pool are used again.
      sent.push(Buffer.from(chunk));
      setImmediate(done);
    },
  });
  const socket = Object.assign(line, { remoteAddress: asked.remoteAddress }) as unknown as Socket;
  const request = new IncomingMessage(socket);
  request.method = asked.method ?? 'GET';
  request.url = asked.url ?? '/v2/';
  Object.assign(request.headers, asked.headers);
  const response = new ServerResponse(request);
  // So that a body without a length is sent as it is, and not in chunks.
  response.useChunkedEncodingByDefault = false;
  response.assignSocket(socket);
  return {
    exchange: createExchange(request, response),
    leave: () => void line.destroy(),
    answer: () => readAnswer(Buffer.concat(sent)),
  };
}

function readAnswer(bytes: Buffer): Answer {
  const split = bytes.indexOf('\r\n\r\n');
  const [first = '', ...lines] = bytes.subarray(0, Math.max(0, split)).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { status: Number(first.split(' ')[1]), headers, body: bytes.subarray(split + 4) };
}
