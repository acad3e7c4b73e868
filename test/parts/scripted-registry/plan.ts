import type { IncomingHttpHeaders } from 'node:http';

/** Which of the registry's servers was asked. */
export type Site = 'registry' | 'token' | 'cdn';

/** What is done otherwise than a well-behaved registry would. Everything absent is done properly. */
export interface Plan {
  /** Answers with this status instead of the content. */
  readonly status?: number;
  /** The body that goes with `status`; an OCI error document when absent. */
  readonly body?: string | Buffer;
  /** Headers added to the answer; an empty string takes one away. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Redirects to this place, with `status` or 307. */
  readonly location?: string;
  /** Accepts the request and never answers. */
  readonly blackHole?: boolean;
  /** Closes the connection instead of answering. */
  readonly reset?: boolean;
  /** Milliseconds before the headers are sent. */
  readonly delay?: number;
  /** Closes the connection after this many bytes of the body. */
  readonly cutAfter?: number;
  /** Sends nothing more after this many bytes of the body, and keeps the connection. */
  readonly stallAfter?: number;
  /** Inverts every byte of the content; its length stays. */
  readonly corrupt?: boolean;
  /** Added to the `Content-Length`, while the body stays. */
  readonly announce?: number;
  /** Sends the body chunked, without a length. */
  readonly chunked?: boolean;
  /** Sends headers and ends, whatever length was announced. */
  readonly empty?: boolean;
  /** Bytes in a second. */
  readonly rate?: number;
  /** Whether ranges are honoured; true when absent. */
  readonly ranges?: boolean;
  /** Sends this as ETag of blobs instead of the digest. */
  readonly etag?: string;
  /** Sends the content gzipped, with `Content-Encoding`, wanted or not. */
  readonly gzip?: boolean;
}

/** For which requests a plan holds. */
export interface Rule {
  readonly plan: Plan;
  readonly site?: Site;
  readonly method?: 'GET' | 'HEAD' | 'POST';
  /** Matched against path and query. */
  readonly path?: RegExp;
  /** Further condition. */
  readonly when?: (request: RecordedRequest) => boolean;
  /** How many requests it holds for; all of them when absent. */
  readonly times?: number;
}

/** A request that came in, as far as it got. */
export interface RecordedRequest {
  readonly site: Site;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The form or other body sent with the request. */
  readonly body: string;
  /** Status of the answer; undefined while there is none. */
  status: number | undefined;
  /** Bytes of body handed to the connection. */
  sent: number;
}

/** The rules in force. Those added later come first; what several matching rules say is joined. */
export class Script {
  #rules: { readonly rule: Rule; left: number }[] = [];

  add(rule: Rule): void {
    this.#rules.unshift({ rule, left: rule.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#rules = [];
  }

  /** The plan for a request; counts it. */
  planFor(request: RecordedRequest): Plan {
    let plan: Plan = {};
    for (const entry of this.#rules) {
      if (entry.left <= 0 || !holds(entry.rule, request)) continue;
      entry.left--;
      plan = { ...entry.rule.plan, ...plan };
    }
    return plan;
  }
}

function holds(rule: Rule, request: RecordedRequest): boolean {
  return (
    (rule.site ?? 'registry') === request.site &&
    (rule.method ?? request.method) === request.method &&
    (rule.path?.test(request.path) ?? true) &&
    (rule.when?.(request) ?? true)
  );
}
