import { createHash } from 'node:crypto';
import { connect } from 'node:net';

/** One GET, its body thrown away as fast as it comes. */
export interface DrainRequest {
  readonly port: number;
  readonly path: string;
  readonly accept?: string;
  /** Keep the body, for manifests. */
  readonly keep?: boolean;
  /** Hash the body. Costs time, so never while measuring. */
  readonly hash?: boolean;
}

export interface Drained {
  readonly status: number;
  /** Body bytes that came, which is as many as Content-Length said. */
  readonly size: number;
  /** Milliseconds from the start of the connection to the body's first byte, and to its last. */
  readonly firstByte: number;
  readonly total: number;
  readonly body?: Buffer;
  readonly digest?: string;
}

const BUFFER = 256 * 1024;
const HEAD_LIMIT = 64 * 1024;
const IDLE_MS = 120_000;

/**
 * Fetches over a socket of its own, reading into one buffer that is used again and again: a client that costs as little as
 * curl, in a process that is already warm when the clock starts.
 * @throws Error when the answer is not complete, has no Content-Length, or nothing comes for two minutes
 */
export function drain(request: DrainRequest): Promise<Drained> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const hash = request.hash ? createHash('sha256') : undefined;
    const kept: Buffer[] = [];
    let head: string | undefined = '';
    let expected = 0;
    let status = 0;
    let size = 0;
    let firstByte = 0;

    const socket = connect({
      host: '127.0.0.1',
      port: request.port,
      noDelay: true,
      onread: { buffer: Buffer.allocUnsafe(BUFFER), callback: received },
    });
    socket.setTimeout(IDLE_MS, () => fail(`nothing came for ${IDLE_MS / 1000} s`));
    socket.once('error', (error) => fail(error.message));
    socket.once('close', () => fail(`the connection ended after ${size} of ${expected} bytes`));
    socket.write(requestHead(request));

    function fail(why: string): void {
      socket.destroy();
      reject(new Error(`GET ${request.path} on port ${request.port}: ${why}`));
    }

    function received(count: number, buffer: Uint8Array): boolean {
      let body = buffer.subarray(0, count);
      if (head !== undefined) {
        const before = head.length;
        head += Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) {
          if (head.length > HEAD_LIMIT) fail('its header does not end');
          return true;
        }
        status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1]);
        const length = /\r\ncontent-length: *(\d+)/i.exec(head.slice(0, end))?.[1];
        if (length === undefined) {
          fail(`status ${status} without Content-Length`);
          return false;
        }
        expected = Number(length);
        body = body.subarray(end + 4 - before);
        head = undefined;
      }
      if (body.length > 0 && size === 0) firstByte = performance.now() - started;
      size += body.length;
      hash?.update(body);
      if (request.keep) kept.push(Buffer.from(body));
      if (size >= expected) finish();
      return true;
    }

    function finish(): void {
      const total = performance.now() - started;
      socket.removeAllListeners('close');
      socket.destroy();
      resolve({
        status,
        size,
        firstByte,
        total,
        ...(request.keep ? { body: Buffer.concat(kept) } : {}),
        ...(hash === undefined ? {} : { digest: `sha256:${hash.digest('hex')}` }),
      });
    }
  });
}

function requestHead({ port, path, accept }: DrainRequest): string {
  const lines = [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'User-Agent: bench', 'Connection: close'];
  if (accept !== undefined) lines.push(`Accept: ${accept}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}
