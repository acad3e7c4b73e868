import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { formatDotConfig } from '#src/kconfig/dot-config.js';
import { settingLine } from '#src/settings/setting-line.js';
import { rootConfiguration } from '../../parts/root-kconfig.js';

describe('settingLine', () => {
  it('finds what a .config says', () => {
    const text = 'CONFIG_A=y\r\n# CONFIG_B is not set\nCONFIG_AB=5\nCONFIG_C="a \\"b\\" \\\\"\nCONFIG_A=n\n';
    const found = ['A', 'B', 'AB', 'C', 'D'].map((name) => settingLine(text, `CONFIG_${name}`));
    assert.deepEqual(found, ['n', 'n', '5', 'a "b" \\', undefined]);
  });

  it('reads any path as the .config has it', () => {
    const configuration = rootConfiguration();
    const symbol = configuration.kconfig.find('DOCKER_MIRROR_PATH');
    assert.ok(symbol !== undefined);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (path) => {
        fc.pre(!/\p{Cc}/u.test(path));
        configuration.set(symbol, path);
        assert.equal(settingLine(formatDotConfig(configuration), 'CONFIG_DOCKER_MIRROR_PATH'), path);
      }),
    );
  });
});
