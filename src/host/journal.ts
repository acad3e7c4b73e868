import { fstatSync } from 'node:fs';

/** Syslog priorities (RFC 5424 §6.2.1) by pino's levels. */
const PRIORITIES: readonly (readonly [level: number, priority: number])[] = [
  [60, 2],
  [50, 3],
  [40, 4],
  [30, 6],
];

/** The priority prefix that the journal takes off a line (sd-daemon(3)). */
export function journalPrefix(level: number): string {
  const priority = PRIORITIES.find(([from]) => level >= from)?.[1] ?? 7;
  return `<${priority}>`;
}

/** Whether what is written to the file descriptor goes to systemd's journal: `JOURNAL_STREAM` names its device and inode (systemd.exec(5)). */
export function isJournal(fd: number, env: Readonly<Record<string, string | undefined>>): boolean {
  const stream = env['JOURNAL_STREAM'];
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return stream === `${dev}:${ino}`;
  } catch {
    // A closed descriptor leads nowhere.
    return false;
  }
}
