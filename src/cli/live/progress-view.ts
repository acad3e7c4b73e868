import { countOf } from '../../images/count-of.js';
import { formatBytes } from '../../images/update-event.js';
import { bar, fit, type Look, plain } from './bar.js';
import type { ProgressState, Task } from './progress.js';
import type { Size } from './terminal.js';
import { formatTimeLeft } from './time-left.js';

/** Fewer columns than these have room for one line only. */
const FEW_COLUMNS = 40;
/** Lines for tasks, at most; and lines of the terminal that are left to others. */
const MOST_TASKS = 8;
const OTHER_ROWS = 4;
/** Columns for a name, and for a bar. */
const NAME = { least: 12, usual: 24, most: 40 } as const;
const LEAST_BAR = 10;
const GAP = '  ';

/** What the tasks are called, and how it looks. */
export interface ViewOptions extends Look {
  /** `image`, of which there are 20 `images`. */
  readonly noun: string;
}

/** How far something is, in lines that are narrower than the terminal: one for each task, the largest ones, and one for all. */
export function progressLines(state: ProgressState, size: Size, options: ViewOptions): string[] {
  const width = size.columns - 1;
  const total = totalLine(state, width, options);
  const room = Math.min(MOST_TASKS, size.rows - OTHER_ROWS);
  if (size.columns < FEW_COLUMNS || room < 1 || state.tasks.length === 0) return [total];
  const shown = state.tasks.length <= room ? state.tasks : largest(state.tasks, Math.max(1, room - 1));
  const more = state.tasks.length - shown.length;
  const columns = columnsFor(shown, width);
  return [
    ...shown.map((task) => taskLine(task, columns, options)),
    ...(more > 0 ? [`+${more} more`] : []),
    ...(state.notice === undefined ? [] : [plain(state.notice).slice(0, width)]),
    total,
  ];
}

/** In the order in which they were: who looks at them finds each where it was. */
function largest(tasks: readonly Task[], count: number): readonly Task[] {
  const chosen = new Set([...tasks].sort((a, b) => (b.total ?? 0) - (a.total ?? 0)).slice(0, count));
  return tasks.filter((task) => chosen.has(task));
}

interface Columns {
  readonly name: number;
  readonly bar: number;
  readonly detail: (task: Task) => string;
}

function columnsFor(tasks: readonly Task[], width: number): Columns {
  const details = [withRate, bytesOfBytes, percent];
  const widthOf = (detail: Columns['detail']) => Math.max(...tasks.map((task) => detail(task).length));
  const left = (detail: Columns['detail']) => width - widthOf(detail) - 2 * GAP.length;
  const longest = Math.max(NAME.least, ...tasks.map(({ name }) => name.length));
  const detail = details.find((each) => left(each) >= Math.min(longest, NAME.usual) + LEAST_BAR) ?? percent;
  const name = Math.min(longest, NAME.most, left(detail) - LEAST_BAR);
  return { name, bar: Math.min(left(detail) - name, NAME.most), detail };
}

function taskLine(task: Task, columns: Columns, look: Look): string {
  const name = fit(task.name, columns.name, look).padEnd(columns.name);
  const { done, total } = task;
  const drawn = total === undefined ? ' '.repeat(columns.bar) : bar(done / total, columns.bar, look);
  return `${name}${GAP}${drawn}${GAP}${columns.detail(task)}`.trimEnd();
}

/** As wide whatever it is, so that nothing moves about. */
function bytesOfBytes({ done, total }: Task): string {
  const all = total === undefined ? '' : ` of ${formatBytes(Math.max(done, total)).padStart(7)}`;
  return `${formatBytes(done).padStart(7)}${all}`;
}

function withRate(task: Task): string {
  const rate = task.rate === undefined ? '' : `${formatBytes(task.rate)}/s`;
  return `${bytesOfBytes(task)}${GAP}${rate.padStart(9)}`;
}

function percent({ done, total }: Task): string {
  if (total === undefined) return formatBytes(done).padStart(7);
  return `${Math.floor(total === 0 ? 100 : Math.min(1, done / total) * 100)} %`.padStart(5);
}

/** As much as there is room for, what matters most first. */
function totalLine(state: ProgressState, width: number, { noun, isUnicode }: ViewOptions): string {
  const { over, all, done, total, rate, isWhole } = state;
  const count = `${over} of ${countOf(all, noun)}`;
  // Of what has not begun, nobody knows the size.
  const bytes = isWhole ? `${formatBytes(done)} of ${formatBytes(total)}` : formatBytes(done);
  const parts = [
    count,
    ...(total === 0 ? [] : [bytes]),
    ...(rate === undefined ? [] : [`${formatBytes(rate)}/s`]),
    ...timeLeft(state),
  ];
  let line = '';
  for (const part of parts) {
    const longer = line === '' ? part : `${line}, ${part}`;
    if (longer.length > width) break;
    line = longer;
  }
  return line === '' ? fit(count, width, { isUnicode }) : line;
}

/** Only when it is known what is to come, and it is coming. */
function timeLeft({ isWhole, rate, done, total }: ProgressState): string[] {
  if (!isWhole || rate === undefined || rate <= 0 || total <= done) return [];
  const text = formatTimeLeft((total - done) / rate);
  return text === undefined ? [] : [`${text} left`];
}
