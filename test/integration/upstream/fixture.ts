import type { TestContext } from 'node:test';
import pino from 'pino';
import type { CredentialSource } from '#src/upstream/credentials.js';
import type { Limits } from '#src/upstream/limits.js';
import type { Upstream } from '#src/upstream/port.js';
import { createUpstream } from '#src/upstream/upstream.js';
import {
  type ScriptedRegistry,
  type ScriptedRegistryOptions,
  startScriptedRegistry,
} from '../../parts/scripted-registry.js';

/** A logger whose lines can be read. */
export interface Captured {
  readonly logger: pino.Logger;
  readonly lines: string[];
}

export function captureLog(): Captured {
  const lines: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  return { logger, lines };
}

/** Nobody's credentials. */
export const ANONYMOUS: CredentialSource = { file: undefined, find: async () => undefined };

/** Always the same user. */
export function knownUser(username: string, password: string): CredentialSource {
  return { file: '/somewhere/auth.json', find: async () => ({ kind: 'password', username, password }) };
}

/** Limits short enough for tests; waiting is never the point of them. */
export const SHORT: Partial<Limits> = { backoff: 2 };

export interface UpstreamSetup {
  readonly endpoint?: URL;
  readonly credentials?: CredentialSource;
  readonly limits?: Partial<Limits>;
  readonly env?: NodeJS.ProcessEnv;
  readonly now?: () => number;
  readonly ca?: string;
  readonly username?: string;
  readonly password?: string;
  readonly host?: string;
}

export interface Client extends Captured {
  readonly upstream: Upstream;
}

/** An upstream client that is closed when the test is over. */
export function connect(test: TestContext, endpoint: URL, setup: UpstreamSetup = {}): Client {
  const captured = captureLog();
  const upstream = createUpstream(
    {
      host: setup.host ?? 'registry.test',
      endpoint,
      ca: setup.ca,
      username: setup.username,
      password: setup.password,
      isDefault: false,
    },
    {
      credentials: setup.credentials ?? ANONYMOUS,
      logger: captured.logger,
      env: setup.env ?? {},
      limits: { ...SHORT, ...setup.limits },
      ...(setup.now === undefined ? {} : { now: setup.now }),
    },
  );
  test.after(() => upstream.close());
  return { upstream, ...captured };
}

/** A registry that is stopped when the test is over. */
export async function serve(test: TestContext, options?: ScriptedRegistryOptions): Promise<ScriptedRegistry> {
  const registry = await startScriptedRegistry(options);
  test.after(() => registry.close());
  return registry;
}

/** Both of the above. */
export async function pair(
  test: TestContext,
  options?: ScriptedRegistryOptions,
  setup?: UpstreamSetup,
): Promise<Client & { readonly registry: ScriptedRegistry }> {
  const registry = await serve(test, options);
  return { registry, ...connect(test, setup?.endpoint ?? registry.endpoint, setup) };
}

/** Bytes that no compression and no repetition helps with. */
export function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 0x9e3779b9;
  for (let position = 0; position < length; position++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[position] = state;
  }
  return bytes;
}

/** What arrived until the end or an error. */
export async function drain(body: AsyncIterable<unknown>): Promise<{ bytes: Buffer; error: unknown }> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk as Buffer);
    return { bytes: Buffer.concat(chunks), error: undefined };
  } catch (error) {
    return { bytes: Buffer.concat(chunks), error };
  }
}

/** Waits until something holds; fails when it does not within five seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not so after 5 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
