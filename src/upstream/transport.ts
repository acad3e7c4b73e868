import { rootCertificates } from 'node:tls';
import type { Agent } from 'undici';
import { createConnector, proxyRefusal } from './connector.js';
import { exchange, type HttpRequest } from './exchange.js';
import { translateFailure } from './failure.js';
import type { Guard } from './guard.js';
import type { Limits } from './limits.js';
import { proxyAuthorization, proxyFor } from './proxy.js';
import type { Reply } from './reply.js';

/**
 * What a connection is for. Documents and content of the registry have connections of their own, so that a HEAD never waits
 * behind blobs; `storage` is what redirects lead to.
 */
export type Purpose = 'document' | 'content' | 'storage' | 'token';

/** Sends single requests for one upstream. */
export interface Transport {
  send(purpose: Purpose, request: HttpRequest): Promise<Reply>;
  /** Loads what the first request needs. */
  prepare(): Promise<void>;
  /** Ends all connections, at once. */
  close(): Promise<void>;
}

/** What the connections of an upstream need. */
export interface TransportOptions {
  readonly host: string;
  /** PEM of the authorities to trust instead of Node's. */
  readonly ca: string | undefined;
  readonly guard: Guard;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly limits: Limits;
}

/** How long an idle connection is kept, in milliseconds, unless the upstream says less. */
const KEEP_ALIVE = 30_000;

/** The connections of one upstream. */
export function createTransport(options: TransportOptions): Transport {
  const { host, ca, guard, env, limits } = options;
  let opened: Promise<Record<Purpose, Agent>> | undefined;

  /** Loads undici when it is first needed: it would take a third of the time from start until the mirror listens. */
  async function open(): Promise<Record<Purpose, Agent>> {
    const undici = await import('undici');
    const agent = (authorities: readonly string[] | undefined) =>
      new undici.Agent({
        connections: limits.connections,
        keepAliveTimeout: KEEP_ALIVE,
        connect: createConnector(undici.buildConnector, {
          host,
          ca: authorities,
          lookup: guard.lookup,
          env,
          timeout: limits.connect,
        }),
      });
    const own = ca === undefined ? undefined : [ca];
    return {
      document: agent(own),
      content: agent(own),
      token: agent(own),
      // Storage gets no credentials and what it sends is checked against a digest: public authorities are enough there.
      storage: agent(ca === undefined ? undefined : [ca, ...rootCertificates]),
    };
  }

  function ready(): Promise<Record<Purpose, Agent>> {
    opened ??= open();
    return opened;
  }

  return {
    prepare: async () => {
      await ready();
    },
    send: async (purpose, request) => {
      const proxy = proxyFor(request.url, env);
      await guard.check(request.url, proxy !== undefined);
      const agents = await ready();
      const absolute = proxy !== undefined && request.url.protocol === 'http:';
      const authorization = absolute ? proxyAuthorization(proxy) : undefined;
      const reply = await exchange(
        authorization === undefined
          ? request
          : { ...request, headers: { ...request.headers, 'proxy-authorization': authorization } },
        {
          dispatcher: agents[purpose],
          absolute,
          headersTimeout: limits.headers,
          bodyTimeout: limits.idle,
          translate: (error) => translateFailure(host, error, limits),
        },
      );
      if (!absolute || reply.status !== 407) return reply;
      reply.body.destroy();
      throw proxyRefusal(host, proxy, 407);
    },
    close: async () => {
      const agents = await opened;
      if (agents !== undefined) await Promise.all(Object.values(agents).map((each) => each.destroy()));
    },
  };
}
