const IMF_OR_RFC850 = /^[A-Za-z]{3,9}, \d{2}[ -][A-Za-z]{3}[ -]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME = /^[A-Za-z]{3} [A-Za-z]{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/**
 * Seconds to wait from a `Retry-After` header, which is a number of seconds or an HTTP date (RFC 9110, sections 10.2.3
 * and 5.6.7). A date in the past gives 0.
 * @param now milliseconds since the epoch, to which a date is compared
 * @returns undefined when there is no header or it is not understood
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const date = parseHttpDate(text);
  return date === undefined ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

function parseHttpDate(text: string): number | undefined {
  if (!IMF_OR_RFC850.test(text) && !ASCTIME.test(text)) return undefined;
  // The asctime form names no zone, but means UTC; Date would take it for local time.
  const date = Date.parse(ASCTIME.test(text) ? `${text} GMT` : text);
  return Number.isNaN(date) ? undefined : date;
}
