type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a terminal shows more than ASCII: the locale for characters is one of UTF-8 (POSIX.1-2017, XBD 8.2: the first that is set). */
export function isUtf8(env: Environment): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((name) => (name ?? '') !== '');
  return /utf-?8/i.test(locale ?? '');
}
