import type { ServerResponse } from 'node:http';
import type { Digest } from '#src/oci/digest.js';
import type { Part } from '../../parts/cleanup.js';
import { startServer } from '../../parts/http-server.js';
import { sha256 } from '../../parts/layers.js';
import type { TestUpstream } from './engine-config.js';

/** A request to a gated upstream. */
export interface GatedRequest {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  /** Bytes of body sent. */
  sent: number;
  /** Whether its connection or its answer is over. */
  closed: boolean;
}

/** An upstream that has one blob in every repository and sends no byte beyond where the test has opened its gate. */
export interface GatedUpstream extends Part, TestUpstream {
  readonly digest: Digest;
  readonly requests: readonly GatedRequest[];
  /** The GETs among them. */
  readonly gets: readonly GatedRequest[];
  /** Lets bytes before this position of the blob pass. */
  open(position: number): void;
  /** Lets everything pass to requests for a range that begins here or behind. */
  openRange(start: number): void;
  /** Lets everything pass. */
  openAll(): void;
  /** Breaks the connections of all answers under way. */
  cut(): void;
}

/** Starts one on loopback, its gate closed. It honours single ranges. */
export async function startGatedUpstream(bytes: Buffer, host = 'docker.io'): Promise<GatedUpstream> {
  const requests: GatedRequest[] = [];
  const underWay = new Set<{
    response: ServerResponse;
    request: GatedRequest;
    start: number;
    at: number;
    end: number;
  }>();
  let gate = 0;
  let rangeGate = Number.POSITIVE_INFINITY;
  const push = () => {
    for (const answer of underWay) {
      const until = answer.start >= rangeGate ? answer.end : Math.min(gate, answer.end);
      if (until > answer.at) {
        answer.response.write(bytes.subarray(answer.at, until));
        answer.request.sent += until - answer.at;
        answer.at = until;
      }
      if (answer.at >= answer.end) {
        answer.response.end();
        underWay.delete(answer);
      }
    }
  };
  const server = await startServer((message, response) => {
    const { method = '', url = '' } = message;
    const request: GatedRequest = { method, path: url, range: message.headers.range, sent: 0, closed: false };
    requests.push(request);
    response.once('close', () => {
      request.closed = true;
    });
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.range ?? '') ?? [];
    const start = Number(first ?? 0);
    const end = last === undefined || last === '' ? bytes.length : Math.min(Number(last) + 1, bytes.length);
    if (start >= bytes.length) {
      response.writeHead(416, { 'Content-Range': `bytes */${bytes.length}` }).end();
      return;
    }
    const part = { 'Content-Range': `bytes ${start}-${end - 1}/${bytes.length}` };
    response.writeHead(first === undefined ? 200 : 206, {
      'Content-Length': end - start,
      ...(first === undefined ? {} : part),
    });
    response.flushHeaders();
    if (method === 'HEAD') {
      response.end();
      return;
    }
    const answer = { response, request, start, at: start, end };
    underWay.add(answer);
    response.once('close', () => underWay.delete(answer));
    push();
  });
  const move = (position: number) => {
    gate = Math.max(gate, position);
    push();
  };
  return {
    host,
    endpoint: new URL(server.url),
    digest: sha256(bytes),
    requests,
    get gets() {
      return requests.filter(({ method }) => method === 'GET');
    },
    open: move,
    openRange: (start) => {
      rangeGate = start;
    },
    openAll: () => move(Number.POSITIVE_INFINITY),
    cut: () => {
      for (const { response } of underWay) response.destroy();
      underWay.clear();
    },
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  };
}
