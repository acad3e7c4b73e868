const SECRET_NAME = /^(proxy-)?authorization$|^auth$|password|passwd|secret|token$|^(set-)?cookie$|api-?key/i;
const USER_INFO = /\/\/[^/\s@:]+:[^/\s@]+@/g;
/** What stands in place of a secret. */
export const HIDDEN = '[hidden]';
const MAX_DEPTH = 5;

/**
 * The fields of a log line without what looks like a secret: values under secret-looking names, and user and password in URLs. A safety
 * net only: who logs does not give secrets in the first place. Errors are left to the error serializer.
 */
export function redact(fields: Record<string, unknown>): Record<string, unknown> {
  return redactObject(fields, 0);
}

function redactObject(object: object, depth: number): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(object)) {
    result[name] =
      SECRET_NAME.test(name) && value !== undefined && value !== null ? HIDDEN : clean(value, depth);
  }
  return result;
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  if (value instanceof URL) return redactText(value.href);
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1));
  if (isPlain(value)) return redactObject(value, depth + 1);
  return value;
}

/** A text without the user and password of the URLs in it. */
export function redactText(text: string): string {
  return text.includes('@') ? text.replace(USER_INFO, `//${HIDDEN}@`) : text;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
