import { createHash } from 'node:crypto';
import { ensureFolder, readTextIfThere, writeFileAtomic } from '../host/files.js';
import type { Step } from './plan.js';

/** The steps that change files; starting the mirror is done by who planned it. */
export type FileStep = Exclude<Step, { kind: 'start-mirror' }>;

/**
 * Carries out steps in their order.
 * @param made path of the record of what was generated
 * @throws FileError when the host refuses; what was done until then stays, and the next plan goes on from there
 */
export async function applySteps(steps: readonly FileStep[], made: string): Promise<void> {
  let remembered = false;
  for (const step of steps) {
    if (step.kind === 'make-folder') {
      await ensureFolder(step.path, step.mode);
      continue;
    }
    // All of it before the first file: of several starts at once, each writes the same record.
    if (!remembered) await remember(made, steps);
    remembered = true;
    await writeFileAtomic(step.path, step.content, { mode: step.mode, createOnly: true });
  }
}

/** Whether the file is still exactly what was generated. */
export async function isUntouched(made: string, path: string): Promise<boolean> {
  const [record, content] = await Promise.all([readRecord(made), readTextIfThere(path)]);
  return content !== undefined && record[path] === checksum(content);
}

async function remember(made: string, steps: readonly FileStep[]): Promise<void> {
  const record = await readRecord(made);
  for (const step of steps) {
    if (step.kind === 'create-file') record[step.path] = checksum(step.content);
  }
  await writeFileAtomic(made, `${JSON.stringify(record, undefined, 2)}\n`);
}

/** A record that is not readable says of no file that it is ours: such a file is kept. */
async function readRecord(made: string): Promise<Record<string, unknown>> {
  const text = await readTextIfThere(made);
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function checksum(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
