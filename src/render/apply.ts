import { ensureFolder, readTextIfThere, writeFileAtomic } from '../host/files.js';
import type { Step } from './plan.js';
import { isOurs, type MadeRecord, readRecord, withFile, writeRecord } from './record.js';

/** The steps that change files; starting and stopping the mirror, and changing the list of images, is done by who planned it. */
export type FileStep = Exclude<Step, { kind: 'start-mirror' | 'stop-mirror' | 'sync-list' }>;

/**
 * Carries out a step that changes files.
 * @throws FileError when the host refuses; what was done until then stays, and the next plan goes on from there
 */
export async function applyStep(step: FileStep): Promise<void> {
  switch (step.kind) {
    case 'make-folder':
      await ensureFolder(step.path, step.mode);
      return;
    case 'keep-record':
      await remember(step.path, step.files, step.port);
      return;
    case 'create-file':
      await writeFileAtomic(step.path, step.content, { mode: step.mode, createOnly: true });
      return;
    case 'copy-file': {
      const content = await readTextIfThere(step.path);
      if (content !== undefined) await writeFileAtomic(step.to, content);
      return;
    }
    case 'replace-file':
      await writeFileAtomic(step.path, step.content, { mode: step.mode });
  }
}

/** Whether the file is still exactly what was generated. */
export async function isUntouched(made: string, path: string): Promise<boolean> {
  const [record, content] = await Promise.all([readRecord(made), readTextIfThere(path)]);
  return content !== undefined && isOurs(record, path, content);
}

/** Written before the files, with the old contents besides the new ones: whenever it is cut short, each of both is known. */
async function remember(
  made: string,
  files: ReadonlyMap<string, string>,
  port: MadeRecord['port'],
): Promise<void> {
  let record: MadeRecord = { ...(await readRecord(made)), port };
  for (const [path, content] of files) {
    const before = await readTextIfThere(path);
    const stays = before !== undefined && before !== content && isOurs(record, path, before);
    record = withFile(record, path, stays ? [before, content] : [content]);
  }
  await writeRecord(made, record);
}
