import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { layoutOf } from '#src/render/layout.js';
import { SettingError } from '#src/render/registry-config.js';
import { folderOfUnit } from '#src/render/unit-names.js';
import { renderFolders, renderUnits, type UnitFacts } from '#src/render/units.js';
import { credentialName } from '#src/settings/credentials.js';
import { readSettings } from '#src/settings/settings.js';
import { SettingsError } from '#src/settings/settings-error.js';
import { mirrorSettings, rootValues } from '../../parts/root-kconfig.js';
import { unitFacts } from '../../parts/unit-facts.js';
import { parseUnit, type UnitLine, unitWords } from '../../parts/unit-file.js';

function rendered(settings: Readonly<Record<string, string>> = {}, facts: Partial<UnitFacts> = {}) {
  return renderUnits(mirrorSettings(settings), unitFacts(facts));
}

function unit(texts: ReadonlyMap<string, string>, name: string): UnitLine[] {
  return parseUnit(texts.get(name) ?? assert.fail(`there is no ${name}`));
}

function values(lines: readonly UnitLine[], name: string): string[] {
  return lines.filter((line) => line[1] === name).map((line) => line[2]);
}

/** The sections and names of all units, without what they are set to. */
function shapeOf(texts: ReadonlyMap<string, string>): string[] {
  return [...texts].flatMap(([file, text]) =>
    parseUnit(text).map(([section, name]) => `${file} [${section}] ${name}`),
  );
}

describe('renderUnits', () => {
  it('has the socket hold every address', () => {
    const socket = unit(rendered(), 'docker-mirror.socket');
    assert.deepEqual(values(socket, 'ListenStream'), ['127.0.0.1:5000', '[::1]:5000']);
    assert.deepEqual(values(socket, 'BindIPv6Only'), ['ipv6-only']);
    const open = unit(rendered({}, { addresses: ['6000'] }), 'docker-mirror.socket');
    assert.deepEqual(values(open, 'ListenStream'), ['6000']);
    assert.deepEqual(values(open, 'BindIPv6Only'), ['both']);
  });

  it('starts the mirror again as often as the settings say', () => {
    const usual = unit(rendered(), 'docker-mirror.service');
    assert.deepEqual(values(usual, 'Restart'), ['on-failure']);
    assert.deepEqual(values(usual, 'StartLimitBurst'), ['4']);
    assert.deepEqual(values(usual, 'WatchdogSec'), ['60']);
    for (const settings of [{ DOCKER_MIRROR_AUTO_RESTART: 'n' }, { DOCKER_MIRROR_HEALTH_CHECK: 'n' }]) {
      const never = unit(rendered(settings), 'docker-mirror.service');
      assert.deepEqual(values(never, 'Restart'), ['no']);
      assert.deepEqual(values(never, 'WatchdogSec'), []);
    }
    const often = unit(rendered({ DOCKER_MIRROR_AUTO_RESTART_ATTEMPTS: '9' }), 'docker-mirror.service');
    assert.deepEqual(values(often, 'StartLimitBurst'), ['10']);
  });

  it('has a timer as the settings say, which needs nothing, and none when updates are off', () => {
    const settings = {
      DOCKER_MIRROR_UPDATE_CALENDAR: 'Sun 04:00',
      DOCKER_MIRROR_UPDATE_RANDOM_DELAY: '600',
    };
    const timer = unit(rendered(settings), 'docker-mirror-update.timer');
    assert.deepEqual(values(timer, 'OnCalendar'), ['Sun 04:00']);
    assert.deepEqual(values(timer, 'RandomizedDelaySec'), ['600']);
    assert.deepEqual(values(timer, 'Persistent'), ['true']);
    assert.deepEqual(values(timer, 'Requires'), []);
    assert.deepEqual(
      [...rendered({ DOCKER_MIRROR_UPDATE: 'n' }).keys()],
      ['docker-mirror.socket', 'docker-mirror.service'],
    );
  });

  it('lets the mirror write its folder and nothing else, wherever that is', () => {
    const usual = unit(rendered(), 'docker-mirror.service');
    assert.deepEqual(values(usual, 'ReadWritePaths'), ['"/mirror/docker"']);
    assert.deepEqual(values(usual, 'BindPaths'), []);
    const home = unit(rendered({}, { layout: layoutOf('/home/a b/m') }), 'docker-mirror.service');
    assert.deepEqual(values(home, 'ReadWritePaths'), []);
    assert.deepEqual(values(home, 'BindPaths'), ['"/home/a b/m"']);
  });

  it('shows the mirror its own programs, also where they are in a home', () => {
    const node = '/root/.nvm/versions/node/v20.19.0/bin/node';
    const service = unit(rendered({}, { node }), 'docker-mirror.service');
    assert.deepEqual(values(service, 'BindReadOnlyPaths'), ['"/root/.nvm/versions/node/v20.19.0"']);
    assert.deepEqual(
      values(unit(rendered({}, { node: '/tmp/node' }), 'docker-mirror.service'), 'BindReadOnlyPaths'),
      ['"/tmp/node"'],
    );
  });

  it('gives the mirror the secrets that only root can read', () => {
    const path = '/etc/docker-mirror/100%';
    const service = unit(rendered({}, { secrets: [path] }), 'docker-mirror.service');
    assert.deepEqual(values(service, 'LoadCredential'), [`${credentialName(path)}:/etc/docker-mirror/100%%`]);
    assert.match(credentialName(path), /^[0-9a-f]{32}$/);
    assert.notEqual(credentialName(path), credentialName('/etc/docker-mirror/100'));
  });

  it('leaves out what only root can have in the units of a user', () => {
    const texts = rendered({}, { scope: 'user', secrets: ['/a'] });
    for (const name of ['docker-mirror.service', 'docker-mirror-update.service']) {
      const lines = unit(texts, name);
      for (const setting of [
        'User',
        'LoadCredential',
        'ProtectSystem',
        'CapabilityBoundingSet',
        'PrivateTmp',
      ]) {
        assert.deepEqual(values(lines, setting), [], setting);
      }
    }
    assert.deepEqual(values(unit(texts, 'docker-mirror.service'), 'WantedBy'), ['default.target']);
  });

  it('changes with the text of config.yml', () => {
    const [one, other] = ['a', 'b'].map((configuration) => rendered({}, { configuration }));
    assert.notEqual(one?.get('docker-mirror.service'), other?.get('docker-mirror.service'));
    assert.equal(one?.get('docker-mirror.socket'), other?.get('docker-mirror.socket'));
  });

  it('keeps hostile names of folders and files what they are, or refuses them', () => {
    const expected = shapeOf(rendered({}, { secrets: ['/s'] }));
    const sign = fc.constantFrom(
      '\n',
      '"',
      "'",
      '\\',
      '%',
      '%n',
      '$',
      '$(x)',
      ';',
      '#',
      ' ',
      '[Unit]',
      '=',
      ':',
      '\u2028',
    );
    const part = fc
      .array(fc.oneof(sign, fc.string({ unit: 'binary', maxLength: 3 })), { minLength: 1, maxLength: 6 })
      .map((parts) => parts.join(''))
      .filter((text) => !/[/\0]/.test(text) && !/^\.*$/.test(text));
    let accepted = 0;
    fc.assert(
      fc.property(part, part, (name, file) => {
        const root = `/mirror/${name}`;
        let texts: ReadonlyMap<string, string>;
        try {
          texts = rendered({}, { layout: layoutOf(root), secrets: [`/etc/${file}`] });
        } catch (error) {
          assert.ok(error instanceof SettingError, String(error));
          return;
        }
        accepted += 1;
        assert.deepEqual(shapeOf(texts), expected);
        const service = unit(texts, 'docker-mirror.service');
        const [command = '', credential = ''] = ['ExecStart', 'LoadCredential'].flatMap((key) =>
          values(service, key),
        );
        assert.deepEqual(unitWords(command, true).slice(2), ['serve', `${root}/config/config.yml`]);
        for (const key of ['ReadWritePaths', 'RequiresMountsFor']) {
          assert.deepEqual(unitWords(values(service, key)[0] ?? ''), [root]);
        }
        assert.equal(credential, `${credentialName(`/etc/${file}`)}:/etc/${file.replaceAll('%', '%%')}`);
        assert.equal(folderOfUnit(texts.get('docker-mirror.service') ?? ''), root);
        assert.equal(
          renderFolders(layoutOf(root)).split('\n').length,
          renderFolders(layoutOf('/m')).split('\n').length,
        );
      }),
      { numRuns: 600 },
    );
    assert.ok(accepted > 60, `${accepted} were accepted`);
  });

  it('lets no setting become a directive: whatever is accepted gives units with the same ones', () => {
    const symbols = rootValues();
    const names = ['DOCKER_MIRROR_UPDATE_CALENDAR', 'DOCKER_MIRROR_UPDATE_RANDOM_DELAY'];
    const expected = shapeOf(rendered());
    const text = fc
      .array(
        fc.constantFrom(
          '*',
          '-',
          ':',
          '0',
          '02',
          ' ',
          'Sun',
          '\n',
          '%n',
          '\\',
          '[Timer]',
          'Unit=x',
          '#',
          '$',
          'UTC',
          '/',
          '..',
        ),
      )
      .map((parts) => parts.join(''));
    let accepted = 0;
    fc.assert(
      fc.property(fc.constantFrom(...names), text, (name, value) => {
        try {
          const { mirror } = readSettings(new Map(symbols).set(name, value), 'c');
          assert.ok(mirror !== undefined);
          assert.deepEqual(shapeOf(renderUnits(mirror, unitFacts())), expected);
          accepted += 1;
        } catch (error) {
          assert.ok(error instanceof SettingsError || error instanceof SettingError, String(error));
        }
      }),
      { numRuns: 600 },
    );
    assert.ok(accepted > 20, `${accepted} were accepted`);
  });
});

describe('folderOfUnit', () => {
  it('tells nothing of a unit that is not ours', () => {
    assert.equal(folderOfUnit('[Service]\nFolder=/x\n'), undefined);
    assert.equal(folderOfUnit(''), undefined);
  });
});
