import { createRate, type Rate } from './rate.js';

/** Something under way. */
export interface Task {
  readonly name: string;
  /** Bytes that are done, and bytes in all; undefined: nobody knows. */
  readonly done: number;
  readonly total: number | undefined;
  /** Bytes a second; undefined while there is too little to tell. */
  readonly rate: number | undefined;
}

/** How far something with several tasks is. */
export interface ProgressState {
  /** What is under way, in the order in which it was begun. */
  readonly tasks: readonly Task[];
  /** Tasks that are over, and all tasks. */
  readonly over: number;
  readonly all: number;
  /** Bytes of all tasks that have begun. What ended before it had all of its bytes counts as what it had. */
  readonly done: number;
  readonly total: number;
  /** Bytes a second; undefined while there is too little to tell. */
  readonly rate: number | undefined;
  /** Whether `total` is all there is to come: every task that is not over has begun, and says how large it is. */
  readonly isWhole: boolean;
  /** Something that people should know while it lasts, such as what is waited for. */
  readonly notice: string | undefined;
}

/** Keeps count of tasks. Times are milliseconds that only grow. */
export interface Progress {
  /** So many tasks there will be. */
  expect(count: number): void;
  begin(name: string, total: number | undefined): void;
  /** So many bytes more. */
  add(name: string, count: number, now: number): void;
  /** It has so many bytes now, of so many; begun when it was not. */
  reach(name: string, done: number, total: number, now: number): void;
  end(name: string): void;
  notice(text: string | undefined): void;
  state(now: number): ProgressState;
}

/** A task that is open. */
interface OpenTask {
  done: number;
  total: number | undefined;
  readonly rate: Rate;
}

/** Makes one with no tasks. */
export function createProgress(): Progress {
  const tasks = new Map<string, OpenTask>();
  const rate = createRate();
  let [all, over, finished] = [0, 0, 0];
  let notice: string | undefined;

  function taskOf(name: string): OpenTask {
    const task = tasks.get(name) ?? { done: 0, total: undefined, rate: createRate() };
    tasks.set(name, task);
    return task;
  }

  function add(name: string, count: number, now: number): void {
    const task = taskOf(name);
    task.done += count;
    task.rate.add(count, now);
    rate.add(count, now);
  }

  return {
    expect(count) {
      all = count;
    },
    begin(name, total) {
      const task = taskOf(name);
      // One that is begun again has that much to come.
      task.total = total === undefined ? undefined : task.done + total;
    },
    add,
    reach(name, done, total, now) {
      const task = taskOf(name);
      task.total = total;
      add(name, done - task.done, now);
    },
    end(name) {
      finished += tasks.get(name)?.done ?? 0;
      tasks.delete(name);
      over += 1;
    },
    notice(text) {
      notice = text;
    },
    state(now) {
      const open = [...tasks].map(([name, task]) => ({ name, ...task, rate: task.rate.perSecond(now) }));
      const sum = (of: (task: Task) => number) =>
        open.reduce((total, task) => total + of(task), 0) + finished;
      return {
        tasks: open,
        over,
        // Some come unexpected.
        all: Math.max(all, over + open.length),
        done: sum(({ done }) => done),
        // What is sent again is more than was said.
        total: sum(({ done, total = 0 }) => Math.max(done, total)),
        rate: rate.perSecond(now),
        isWhole: over + open.length >= all && open.every(({ total }) => total !== undefined),
        notice,
      };
    },
  };
}
