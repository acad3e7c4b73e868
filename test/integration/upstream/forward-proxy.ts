import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';

/** An HTTP proxy on loopback that sends everything to one address, whatever name was asked for. */
export interface ForwardProxy {
  readonly url: URL;
  /** `CONNECT host:port` and `GET http://…` as they came in. */
  readonly asked: string[];
  close(): Promise<void>;
}

export interface ForwardProxyOptions {
  readonly username?: string;
  readonly password?: string;
  /** Port on 127.0.0.1 to which everything goes; that of the name when absent. */
  readonly port?: number;
  /** Accepts CONNECT and never answers. */
  readonly silent?: boolean;
}

export async function startForwardProxy(options: ForwardProxyOptions = {}): Promise<ForwardProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const wanted =
    options.username === undefined
      ? undefined
      : `Basic ${Buffer.from(`${options.username}:${options.password}`).toString('base64')}`;
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.headers['proxy-authorization'] !== wanted) {
      response.writeHead(407).end();
      return;
    }
    const url = new URL(request.url ?? '');
    const { 'proxy-authorization': _, ...headers } = request.headers;
    const onward = http.request(
      {
        host: '127.0.0.1',
        port: options.port ?? url.port,
        method: request.method,
        path: `${url.pathname}${url.search}`,
        headers,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.on('connect', (request, socket: Socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.on('error', () => undefined);
    if (options.silent === true) return;
    if (request.headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    const port = options.port ?? Number(request.url?.split(':').at(-1));
    const onward = net.connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    sockets.add(onward);
    onward.on('error', () => socket.destroy());
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  url.username = options.username ?? '';
  url.password = options.password ?? '';
  return {
    url,
    asked,
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
