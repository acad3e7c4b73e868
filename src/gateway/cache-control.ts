import { type Exchange, header } from './exchange.js';

/** What a client may say by `Cache-Control` that is followed here (RFC 9111 §5.2.1). */
type Directive = 'only-if-cached' | 'no-cache' | 'no-store';

/** Whether a request says a directive. */
export function says(exchange: Exchange, directive: Directive): boolean {
  const directives = header(exchange, 'cache-control')?.toLowerCase().split(',') ?? [];
  return directives.some((each) => each.trim() === directive);
}
