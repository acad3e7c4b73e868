import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import { run } from '#src/host/exec.js';
import { renderUnits, type UnitFacts } from '#src/render/units.js';
import { MAIN } from '../../parts/mirror.js';
import { lacking } from '../../parts/needs.js';
import { mirrorSettings } from '../../parts/root-kconfig.js';
import { tempFolder } from '../../parts/temp.js';
import { unitFacts } from '../../parts/unit-facts.js';

/** What `systemd-analyze security` calls OK begins at 4.9; the whole host's services are mostly above 9. */
const MOST_EXPOSED = 2.0;

const SETTINGS = {
  DOCKER_MIRROR_UPDATE_CALENDAR: 'Mon..Fri *-*-* 02:30:00',
  DOCKER_MIRROR_UPDATE_RANDOM_DELAY: '900',
};

async function withUnits(
  facts: Partial<UnitFacts>,
  work: (paths: readonly string[]) => Promise<void>,
): Promise<void> {
  await using folder = await tempFolder('dm-units');
  // The programs that the units name have to be there.
  const real = { node: process.execPath, main: MAIN, ...facts };
  const texts = renderUnits(mirrorSettings(SETTINGS), unitFacts(real));
  for (const [name, text] of texts) await writeFile(folder.file(name), text);
  await work([...texts.keys()].map((name) => folder.file(name)));
}

describe('the units', { skip: lacking({ programs: ['systemd-analyze'] }) }, () => {
  for (const scope of ['system', 'user'] as const) {
    it(`are without fault in the eyes of systemd (${scope})`, async () => {
      await withUnits({ scope, secrets: ['/etc/docker-mirror/htpasswd'] }, async (paths) => {
        const { stdout, stderr } = await run(
          'systemd-analyze',
          [`--${scope}`, 'verify', '--man=no', ...paths],
          {
            env: { XDG_RUNTIME_DIR: dirname(paths[0] ?? '') },
          },
        );
        assert.equal(`${stdout}${stderr}`, '');
      });
    });
  }

  it('leave little for an attacker, wherever the mirror is', async () => {
    for (const place of [{}, { secrets: ['/etc/docker-mirror/tls.key'] }]) {
      await withUnits(place, async (paths) => {
        for (const path of paths.filter((name) => name.endsWith('.service'))) {
          const args = ['security', '--offline=true', `--threshold=${MOST_EXPOSED * 10}`, '--no-pager', path];
          const { stdout } = await run('systemd-analyze', args);
          const exposure = Number(/Overall exposure level for .*: ([\d.]+)/.exec(stdout)?.[1]);
          assert.ok(exposure <= MOST_EXPOSED, `${path}: ${exposure}\n${stdout}`);
        }
      });
    }
  });
});
