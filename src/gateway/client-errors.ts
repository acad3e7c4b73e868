import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { errorCode } from '../errors.js';
import { errorDocument, OciError } from '../oci/error-code.js';

/** Answers what could not be read as a request, in the form of every other error, and closes the connection. */
export function answerUnreadable(error: Error, socket: Duplex): void {
  const { status, message } = explain(errorCode(error));
  const body = errorDocument(new OciError('UNKNOWN', message, { status }));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function explain(code: string | undefined): { readonly status: number; readonly message: string } {
  if (code === 'HPE_HEADER_OVERFLOW')
    return { status: 431, message: 'the head of the request is larger than 32 KiB' };
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return { status: 408, message: 'the head of the request took too long' };
  return { status: 400, message: 'the request is not HTTP/1.1' };
}

/**
 * Gives up a request whose body stops coming: after so many milliseconds without a byte, while the server has read all
 * that came, the connection is cut. A server that is itself slow in reading is not held against the client.
 */
export function guardBody(request: IncomingMessage, response: ServerResponse, milliseconds: number): void {
  if (!hasBody(request)) return;
  const { socket } = request;
  request.setTimeout(milliseconds, () => {
    if (request.readableLength > 0) socket.setTimeout(milliseconds);
    else socket.destroy();
  });
  // Without a listener Node cuts the connection when the body is complete and the answer takes its time.
  response.on('timeout', () => undefined);
  request.once('end', () => {
    // Once the answer is out, Node's own limit for idle connections holds.
    if (!response.writableFinished) socket.setTimeout(0);
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}
