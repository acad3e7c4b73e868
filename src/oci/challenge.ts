/** One challenge of a `WWW-Authenticate` header (RFC 9110, section 11.6.1). */
export interface Challenge {
  /** The authentication scheme in lower case, such as `bearer`. */
  readonly scheme: string;
  /** What stands in place of parameters in schemes such as Negotiate. */
  readonly token68: string | undefined;
  /** Parameters by their name in lower case; the first one wins when a name is repeated. */
  readonly parameters: ReadonlyMap<string, string>;
}

interface OpenChallenge {
  readonly scheme: string;
  token68: string | undefined;
  readonly parameters: Map<string, string>;
}

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y;
const TOKEN68 = /[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y;
const SPACE = /[ \t]*/y;
/** A value without quotes; wider than a token, because some registries leave the quotes of a URL away. */
const BARE_VALUE = /[^ \t,"]*/y;

/**
 * Reads the challenges of one or several `WWW-Authenticate` headers, in order. Where a header is malformed, what can be
 * understood is kept: an answer to it is tried, or not, by who asked. Never throws.
 */
export function parseChallenges(headers: string | readonly string[] | undefined): readonly Challenge[] {
  if (headers === undefined) return [];
  const lines = typeof headers === 'string' ? [headers] : headers;
  return lines.flatMap((line) => new Tokenizer(line).challenges());
}

class Tokenizer {
  #position = 0;
  readonly #found: OpenChallenge[] = [];

  constructor(readonly text: string) {}

  challenges(): readonly Challenge[] {
    while (this.#position < this.text.length) {
      this.#match(SPACE);
      if (this.#skip(',')) continue;
      const name = this.#match(TOKEN);
      if (name === '') this.#skipElement();
      else this.#element(name);
    }
    return this.#found;
  }

  /** A list element is a parameter of the challenge before it when `=` follows its name, and else begins a challenge. */
  #element(name: string): void {
    const afterName = this.#position;
    this.#match(SPACE);
    const current = this.#found.at(-1);
    if (current !== undefined && this.#skip('=')) {
      this.#parameter(current, name);
      return;
    }
    const challenge: OpenChallenge = {
      scheme: name.toLowerCase(),
      token68: undefined,
      parameters: new Map(),
    };
    this.#found.push(challenge);
    if (this.#position === afterName) return;
    const token68 = this.#match(TOKEN68);
    if (token68 !== '') challenge.token68 = token68;
  }

  #parameter(challenge: OpenChallenge, name: string): void {
    this.#match(SPACE);
    const value = this.text[this.#position] === '"' ? this.#quoted() : this.#match(BARE_VALUE);
    const key = name.toLowerCase();
    if (!challenge.parameters.has(key)) challenge.parameters.set(key, value);
  }

  /** A quoted-string with its escapes undone; one that is never closed reaches to the end. */
  #quoted(): string {
    let value = '';
    for (this.#position++; this.#position < this.text.length; this.#position++) {
      const character = this.text[this.#position];
      if (character === '"') {
        this.#position++;
        return value;
      }
      if (character === '\\') this.#position++;
      value += this.text[this.#position] ?? '';
    }
    return value;
  }

  /** Passes over what is not understood, up to the next comma outside quotes. */
  #skipElement(): void {
    while (this.#position < this.text.length && this.text[this.#position] !== ',') {
      if (this.text[this.#position] === '"') this.#quoted();
      else this.#position++;
    }
  }

  #skip(character: string): boolean {
    if (this.text[this.#position] !== character) return false;
    this.#position++;
    return true;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#position;
    const text = pattern.exec(this.text)?.[0] ?? '';
    this.#position += text.length;
    return text;
  }
}
