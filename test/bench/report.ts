import type { Machine } from './machine.js';
import { PEER_NAMES, type PeerName } from './peers/peer.js';
import type { Check, RowResult, Unit } from './result.js';
import type { Summary } from './stats.js';

/** Everything one run found; what the JSON file holds. */
export interface Report {
  /** ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  /** What was measured, by column. */
  readonly versions: Partial<Record<PeerName, string>>;
  readonly mode: string;
  readonly rounds: number;
  /** Seconds the whole run took. */
  readonly took: number;
  readonly rows: readonly RowResult[];
}

/** The report as Markdown, which also reads well on a terminal. */
export function markdown(report: Report): string {
  const { machine } = report;
  const columns = PEER_NAMES.filter((name) => name in report.versions);
  const lines = [
    `Measured on ${report.date.slice(0, 10)}: ${machine.cores} cores of ${machine.processor}, ` +
      `${(machine.memory / 2 ** 30).toFixed(0)} GiB, Linux ${machine.kernel}, Node ${machine.node}; ` +
      `${report.rounds} ${report.rounds === 1 ? 'round' : 'rounds'}, ${report.mode} sizes, ${report.took.toFixed(0)} s; load before ${machine.loadBefore}. ` +
      'Medians, in brackets the lowest and the highest.',
    '',
    ...columns.map((name) => `- ${name}: ${report.versions[name]}`),
  ];
  for (const row of report.rows) {
    lines.push('', `### ${row.title}`, '');
    const measured = row.measures.filter(({ summary }) => Object.keys(summary).length > 0);
    if (measured.length > 0) {
      const cells = measured.map(({ label, unit, summary }) => [
        `${label} (${unit})`,
        ...columns.map((name) => summaryText(summary[name], unit)),
      ]);
      lines.push(...table(['what', ...columns], cells), '');
    }
    lines.push(...table(['must reach', 'bound', 'measured', ''], row.checks.map(checkCells)));
  }
  return `${lines.join('\n')}\n`;
}

function checkCells({ label, unit, relation, bound, value, ok }: Check): string[] {
  const verdict = ok === undefined ? 'not measured' : ok ? 'ok' : 'MISSED';
  return [
    `${label} (${unit})`,
    `${relation} ${bound}`,
    value === undefined ? '–' : value.toFixed(2),
    verdict,
  ];
}

function summaryText(summary: Summary | undefined, unit: Unit): string {
  if (summary === undefined) return '–';
  const { min, median, max } = summary;
  const digits = unit === 'requests/s' || unit === 'MiB/s' || unit === 'MiB' ? 0 : 2;
  const middle = median.toFixed(digits);
  return min === max ? middle : `${middle} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((text, i) => Math.max(3, text.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, i) => (cells[i] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)];
}

const BEGIN = '<!-- bench:begin, written by "make bench" with --docs; do not edit -->';
const END = '<!-- bench:end -->';

/**
 * A document with the text between its markers replaced.
 * @throws Error when it does not have both markers, in order
 */
export function replaceBetweenMarkers(document: string, text: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new Error(`the document does not have the lines "${BEGIN}" and "${END}"`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${text.trim()}\n\n${document.slice(end)}`;
}
