import type { Parsed } from './parsed.js';

const FORM = 'an http:// or https:// URL';

/**
 * Reads the URL under which a registry is reached. A path is allowed, for registries behind a prefix. Credentials in it
 * are refused, because URLs end up in logs; so are a query and a fragment, which a registry's address cannot have.
 */
export function parseBaseUrl(text: string): Parsed<URL> {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text))
    return { expected: `${FORM}, such as https://registry.example.com` };
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    return {
      expected: `${FORM} without a user name and password (they have keys of their own: username, password)`,
    };
  }
  if (url.search !== '' || url.hash !== '') return { expected: `${FORM} without ? and #` };
  return { value: url };
}
