import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { jsonLogger } from '#src/host/log.js';
import { type Duties, followDuties, NO_DUTIES, readDuties, writeDuties } from '#src/upkeep/duties.js';
import { type TempFolder, tempFolder } from '../../parts/temp.js';
import { waitFor } from '../../parts/wait.js';

const NIGHTLY: Duties = {
  version: 1,
  update: { calendar: '*-*-* 02:00:00', randomDelaySeconds: 60 },
  stopWhenUnused: { graceSeconds: 300 },
};

let folder: TempFolder;
let file: string;
beforeEach(async () => {
  folder = await tempFolder('dm-duties');
  file = folder.file('duties.json');
});
afterEach(() => folder.close());

describe('the duties of a supervisor', () => {
  it('are as written, and none without a file', async () => {
    assert.deepEqual(await readDuties(file), NO_DUTIES);
    for (const duties of [NIGHTLY, NO_DUTIES]) {
      await writeDuties(file, duties);
      assert.deepEqual(await readDuties(file), duties);
    }
  });

  it('are refused when they are something else', async () => {
    for (const text of [
      '',
      'null',
      '[]',
      '{"version":1}',
      '{"version":1,"update":{},"stopWhenUnused":null}',
    ]) {
      await writeFile(file, text);
      await assert.rejects(readDuties(file), { code: 'DUTIES_INVALID', hint: /docker-mirror start/ }, text);
    }
  });

  it('are followed; what cannot be read is logged once and changes nothing', async () => {
    const lines: string[] = [];
    const logger = jsonLogger({ level: 'info', fields: {} }, { write: (line) => lines.push(line) });
    const seen: Duties[] = [];
    const end = await followDuties(file, (duties) => seen.push(duties), logger);
    try {
      assert.deepEqual(seen, [NO_DUTIES]);
      await writeDuties(file, NIGHTLY);
      await waitFor(() => seen.length === 2, { what: 'the change is seen' });
      await writeFile(file, 'broken');
      await waitFor(() => lines.length === 1, { what: 'it is logged' });
      assert.match(lines[0] ?? '', /the duties cannot be read/);
      await rm(file);
      await waitFor(() => seen.length === 3, { what: 'they are gone' });
      assert.deepEqual(seen, [NO_DUTIES, NIGHTLY, NO_DUTIES]);
      assert.equal(lines.length, 1);
    } finally {
      end();
    }
  });
});
