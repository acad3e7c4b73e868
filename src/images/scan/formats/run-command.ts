import { shellWords, type Word } from '../text/shell-words.js';

/** Options of `docker run`, `create` and `podman run` that have no value behind them (their references). */
const FLAGS: ReadonlySet<string> = new Set([
  'detach',
  'disable-content-trust',
  'env-host',
  'help',
  'http-proxy',
  'init',
  'interactive',
  'no-healthcheck',
  'no-hosts',
  'no-hostname',
  'oom-kill-disable',
  'passwd',
  'privileged',
  'publish-all',
  'quiet',
  'read-only',
  'read-only-tmpfs',
  'replace',
  'rm',
  'rmi',
  'sig-proxy',
  'tls-verify',
  'tty',
  'unsetenv-all',
  'use-api-socket',
  'all-tags',
  'debug',
  'tls',
  'remote',
  'syslog',
  'noout',
]);

/** One-letter options without a value. */
const SHORT_FLAGS = 'ditPqDraT';

/** What a command line does that needs an image. */
const VERBS: ReadonlySet<string> = new Set(['run', 'create', 'pull']);

/** Programs that run another one with the words behind them. */
const WRAPPERS = /^(?:sudo|env|nice|ionice|nohup|time|exec|stdbuf|timeout|chronic)$/;

/** Shells inside each other at most. */
const DEPTH = 3;

/** The image that a `docker` or `podman` command line runs, makes a container of or pulls; undefined when it does none of these. */
export function imageOfCommand(words: readonly Word[], depth = 0): Word | undefined {
  const names = words.map(({ text }) => text.replace(/^[-@:+!]*/, '').replace(/^.*\//, ''));
  const first = names.findIndex(
    (name, i) => !WRAPPERS.test(name) && !/^-|=/.test(words[i]?.text.replace(/^[-@:+!]*(?=\/)/, '') ?? ''),
  );
  const name = names[first] ?? '';
  if (/^(?:ba|da)?sh$/.test(name) && depth < DEPTH) {
    const script = words.slice(first).find((_, i, rest) => /^-[a-z]*c$/.test(rest[i - 1]?.text ?? ''));
    return script === undefined
      ? undefined
      : imageOfCommand(shellWords(script.text, script.offset), depth + 1);
  }
  if (!/^(?:docker|podman|nerdctl)$/.test(name)) return undefined;
  const program = first;
  let at = skipOptions(words, program + 1);
  if (words[at]?.text === 'container' || words[at]?.text === 'image') at = skipOptions(words, at + 1);
  if (!VERBS.has(words[at]?.text ?? '')) return undefined;
  const start = at + 1;
  at = skipOptions(words, start);
  const isRootfs = words.slice(start, at).some(({ text }) => text === '--rootfs');
  return isRootfs ? undefined : words[at];
}

/** The first word that is no option and no option's value. */
function skipOptions(words: readonly Word[], start: number): number {
  let at = start;
  for (let word = words[at]?.text; word?.startsWith('-'); word = words[at]?.text) {
    at += 1;
    if (word === '--') return at;
    if (word.startsWith('--') ? !word.includes('=') && !FLAGS.has(word.slice(2)) : takesNext(word)) at += 1;
  }
  return at;
}

/** `-p 80:80` and `-itp 80:80` take the next word; `-p80:80`, `-e=A` and `-it` do not. */
function takesNext(word: string): boolean {
  for (let i = 1; i < word.length; i += 1) {
    if (!SHORT_FLAGS.includes(word[i] ?? '')) return i === word.length - 1;
  }
  return false;
}
