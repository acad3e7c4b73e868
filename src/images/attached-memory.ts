import { readTextIfThere, writeFileAtomic } from '../host/files.js';

/** Remembers of which images what is attached to them was fetched. */
export interface AttachedMemory {
  /** Whether it was, of an image of that digest. Being asked keeps it from being forgotten. */
  has(key: string): boolean;
  add(key: string): void;
  /** Writes it down, when there is something new. @throws FileError */
  save(): Promise<void>;
}

/** Days after which what no update asked for is forgotten. */
const KEEP_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * Opens the memory in a file. It is nothing but a memory: without it, or when it holds something else, what is attached is looked for once
 * more.
 * @param now milliseconds since 1970
 * @throws FileError when it cannot be read
 */
export async function openAttachedMemory(path: string, now: number): Promise<AttachedMemory> {
  const before = read(await readTextIfThere(path));
  const today = Math.floor(now / DAY_MS);
  const days = new Map([...before].filter(([, day]) => today - day <= KEEP_DAYS && day <= today));
  let changed = days.size !== before.size;

  function add(key: string): void {
    if (days.get(key) === today) return;
    days.set(key, today);
    changed = true;
  }

  return {
    has(key) {
      if (!days.has(key)) return false;
      add(key);
      return true;
    },
    add,
    async save() {
      if (!changed) return;
      changed = false;
      const content = { version: 1, images: Object.fromEntries(days) };
      await writeFileAtomic(path, `${JSON.stringify(content, undefined, 1)}\n`);
    },
  };
}

/** The days, counted from 1970, on which images were last asked for. */
function read(text: string | undefined): Map<string, number> {
  if (text === undefined) return new Map();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Written anew by who uses it.
    return new Map();
  }
  const { version, images } = (value ?? {}) as { version?: unknown; images?: unknown };
  if (version !== 1 || typeof images !== 'object' || images === null) return new Map();
  return new Map(
    Object.entries(images).filter((entry): entry is [string, number] => Number.isSafeInteger(entry[1])),
  );
}
