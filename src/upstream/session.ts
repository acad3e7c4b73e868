import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../host/log.js';
import { readRateLimit } from '../oci/rate-limit.js';
import { RateLimitWatch } from '../oci/rate-limit-watch.js';
import type { UpstreamConfig } from '../settings/engine-config.js';
import type { Account } from './account.js';
import { type Answer, refusal } from './answer.js';
import type { Authenticator } from './authenticator.js';
import { type Bound, bind } from './bound.js';
import type { Breaker, Permit } from './breaker.js';
import { UpstreamError } from './errors.js';
import type { HttpRequest } from './exchange.js';
import { deadness } from './failure.js';
import type { Limits } from './limits.js';
import type { RequestOptions, UpstreamStatus } from './port.js';
import { discard } from './reply.js';
import { retryDelay } from './retry.js';
import { isRedirect, REDIRECT_LIMIT, redirectTarget, withoutSecrets } from './target.js';
import type { Transport } from './transport.js';

/** Over which connections a question travels: to the upstream itself, and to where it redirects. */
const PURPOSE = {
  document: { home: 'document', away: 'document' },
  size: { home: 'document', away: 'storage' },
  content: { home: 'content', away: 'storage' },
} as const;

/** One question to an upstream, as one of its methods asks it. */
export interface Question {
  readonly repository: string;
  /** Below `/v2/`. */
  readonly path: string;
  /** What is asked for, in words, for errors. */
  readonly what: string;
  readonly method: 'GET' | 'HEAD';
  readonly headers: Readonly<Record<string, string>>;
  readonly kind: keyof typeof PURPOSE;
  readonly expect?: HttpRequest['expect'];
  /** Statuses that the asker reads itself; 200 when absent. Every other becomes an error. */
  readonly accept?: (answer: Answer) => boolean;
}

/** What a session is made of. */
export interface SessionParts {
  readonly config: UpstreamConfig;
  readonly limits: Limits;
  readonly transport: Transport;
  readonly authenticator: Authenticator;
  readonly account: Account;
  readonly breaker: Breaker;
  readonly logger: Logger;
  readonly now: () => number;
}

/** Asks one upstream: retries, breaker, authentication and redirects in one place. */
export class Session {
  readonly #rateLimit = new RateLimitWatch();
  #lastError: UpstreamStatus['lastError'];

  constructor(readonly parts: SessionParts) {}

  get host(): string {
    return this.parts.config.host;
  }

  status(): UpstreamStatus {
    return {
      host: this.host,
      circuit: this.parts.breaker.state(this.parts.now()),
      rateLimit: this.#rateLimit.known,
      lastError: this.#lastError,
    };
  }

  /**
   * Asks until there is an answer that `use` can make something of, or no further attempt is worth it. The deadline ends when `use`
   * returns; the caller's signal too, unless `use` hands it over to a stream.
   * @throws UpstreamError, or the reason of the caller's signal
   */
  async ask<T>(
    question: Question,
    options: RequestOptions,
    use: (answer: Answer, bound: Bound) => Promise<T>,
  ): Promise<T> {
    const { limits } = this.parts;
    const bound = bind(options.signal, options.deadline, () => this.#late(options.deadline ?? 0));
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.#attempt(question, bound, use);
        } catch (error) {
          const delay = bound.signal.aborted
            ? undefined
            : retryDelay(error, attempt, limits, bound.remaining(), Math.random());
          this.#note(question, error, attempt, delay);
          if (delay === undefined) throw error;
          await sleep(delay, undefined, { signal: bound.signal }).catch(() => bound.signal.throwIfAborted());
        }
      }
    } finally {
      bound.release();
    }
  }

  async #attempt<T>(
    question: Question,
    bound: Bound,
    use: (answer: Answer, bound: Bound) => Promise<T>,
  ): Promise<T> {
    const permit = this.#enter();
    const began = this.parts.now();
    try {
      const result = await use(await this.#answer(question, bound.signal), bound);
      this.#revive(permit);
      return result;
    } catch (error) {
      this.#settle(permit, error, bound, began);
      throw error;
    }
  }

  #enter(): Permit {
    const { breaker, now } = this.parts;
    const permit = breaker.enter(now());
    if (permit !== undefined) return permit;
    const retryAfter = Math.ceil(breaker.wait(now()) / 1000);
    const last = this.#lastError === undefined ? '' : `: ${this.#lastError.message}`;
    const message = `${this.host} is not asked for another ${retryAfter} s, because it kept failing${last}`;
    throw new UpstreamError('UPSTREAM_CIRCUIT_OPEN', this.host, message, { retryable: true, retryAfter });
  }

  #settle(permit: Permit, error: unknown, bound: Bound, began: number): void {
    const hurried = bound.expired() && this.parts.now() - began < this.parts.limits.unresponsive;
    const dead = deadness(error);
    if (hurried || (bound.signal.aborted && !bound.expired())) permit.cancelled();
    else if (dead === undefined) this.#revive(permit);
    else this.#bury(permit, dead);
  }

  #revive(permit: Permit): void {
    const { breaker, logger, now } = this.parts;
    const before = breaker.state(now());
    permit.succeeded();
    if (before !== 'closed') logger.info({ upstream: this.host }, 'upstream answers again');
  }

  #bury(permit: Permit, dead: 'fast' | 'slow'): void {
    const { breaker, logger, now } = this.parts;
    const before = breaker.state(now());
    permit.failed(now(), dead === 'slow');
    if (before === 'open' || breaker.state(now()) !== 'open') return;
    logger.warn(
      { upstream: this.host, milliseconds: breaker.wait(now()) },
      'upstream is not asked for a while',
    );
  }

  /** The final answer, if it is one the asker reads. */
  async #answer(question: Question, signal: AbortSignal): Promise<Answer> {
    const { authenticator, account, now } = this.parts;
    let sent = await authenticator.ahead(question.repository, signal);
    let answer = await this.#follow(question, sent, signal);
    if (answer.status === 401 && answer.home) {
      await discard(answer.body);
      sent = await authenticator.answer(
        answer.headers['www-authenticate'],
        question.repository,
        sent,
        signal,
      );
      answer = await this.#follow(question, sent, signal);
    }
    if (question.accept?.(answer) ?? answer.status === 200) return answer;
    const credential = await account.find(question.repository);
    throw await refusal(answer, {
      host: this.host,
      what: question.what,
      now: now(),
      hint: account.hint(credential),
      secrets: sent === undefined ? [] : [sent, sent.slice(sent.indexOf(' ') + 1)],
    });
  }

  /** Sends the request and follows redirects. Credentials stay with the upstream: once it was left, none are sent any more. */
  async #follow(question: Question, authorization: string | undefined, signal: AbortSignal): Promise<Answer> {
    const { config, transport } = this.parts;
    let url = homeUrl(config.endpoint, question.path);
    let home = true;
    for (let hops = 0; ; hops++) {
      const headers = { 'user-agent': 'docker-mirror', 'accept-encoding': 'identity', ...question.headers };
      const began = this.#rateLimit.begin();
      const reply = await transport.send(PURPOSE[question.kind][home ? 'home' : 'away'], {
        method: question.method,
        url,
        headers: home && authorization !== undefined ? { ...headers, authorization } : headers,
        signal,
        ...(question.expect === undefined ? {} : { expect: question.expect }),
      });
      this.parts.logger.debug(
        { upstream: this.host, method: question.method, url: withoutSecrets(url), status: reply.status },
        'upstream answered',
      );
      if (home) this.#noteRateLimit(reply.headers, began);
      if (!isRedirect(reply.status)) return { ...reply, home };
      await discard(reply.body);
      if (hops === REDIRECT_LIMIT) {
        throw new UpstreamError('UPSTREAM_INVALID', this.host, `${this.host} redirects in circles`);
      }
      url = redirectTarget(this.host, url, reply.headers.location, config.endpoint);
      home &&= url.origin === config.endpoint.origin;
    }
  }

  #noteRateLimit(headers: Answer['headers'], began: number): void {
    const now = this.parts.now();
    const said = readRateLimit((name) => single(headers[name]), now);
    if (said !== undefined) this.#rateLimit.note(said, began, now);
  }

  #note(question: Question, error: unknown, attempt: number, delay: number | undefined): void {
    if (!(error instanceof UpstreamError)) return;
    const { code, message, status } = error;
    const again = delay !== undefined;
    const fields = { upstream: this.host, what: question.what, code, status, error: message, attempt };
    if (again) this.parts.logger.warn({ ...fields, delay: Math.round(delay) }, 'asking upstream again');
    if (code === 'UPSTREAM_CIRCUIT_OPEN' || code === 'UPSTREAM_NOT_FOUND') return;
    this.#lastError = { code, message, at: this.parts.now() };
  }

  #late(deadline: number): UpstreamError {
    const message = `${this.host} did not answer within the ${deadline / 1000} s it was given`;
    return new UpstreamError('UPSTREAM_TIMEOUT', this.host, message, { retryable: true });
  }
}

/** A path below `/v2/` at the endpoint, which may have a path of its own. */
function homeUrl(endpoint: URL, path: string): URL {
  return new URL(`${endpoint.pathname.replace(/\/+$/, '')}/v2/${path}`, endpoint.origin);
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
