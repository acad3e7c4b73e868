import type { IncomingMessage } from 'node:http';

/**
 * Whether the request came from this machine over loopback: 127.0.0.0/8, `::1`, or the former written as IPv6.
 * Only the connection's own address counts. `X-Forwarded-For` and its kin are never believed, because anybody can
 * write them; behind a reverse proxy on this machine every client is therefore a loopback one, and `mirror.push`
 * should be `none` or `authenticated` there.
 */
export function isLoopbackClient(request: Pick<IncomingMessage, 'socket'>): boolean {
  return isLoopbackAddress(request.socket.remoteAddress);
}

/** Whether an address, as Node writes it, is a loopback one. */
export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(?:::1|(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/i.test(address);
}
