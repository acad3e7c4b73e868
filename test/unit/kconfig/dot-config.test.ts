import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Configuration } from '#src/kconfig/configuration.js';
import { formatDotConfig, formatMinimalConfig } from '#src/kconfig/dot-config.js';
import { applyPreset } from '#src/kconfig/preset.js';
import { readDotConfig } from '#src/kconfig/read-dot-config.js';
import { configurationOf } from '../../parts/memory-sources.js';

const TREE = [
  'mainmenu "Mine"',
  'config A\n\tbool "a"\n\tdefault y',
  'menu "Sub"\n\tdepends on A',
  'config S\n\tstring "s"\n\tdefault "x"',
  'config N\n\tint "n"\n\trange 1 9\n\tdefault 5',
  'comment "Note"',
  'endmenu',
  'config L\n\tbool "l"',
  'choice\n\tprompt "c"',
  'config C1\n\tbool "c1"',
  'config C2\n\tbool "c2"',
  'endchoice\n',
].join('\n');

function read(configuration: Configuration, text: string): string[] {
  return readDotConfig(configuration, text).map(({ line, message }) => `${line} ${message}`);
}

/** Without the heading. */
function body(configuration: Configuration): string {
  return formatDotConfig(configuration).split('\n').slice(4).join('\n');
}

describe('a .config', () => {
  it('holds the symbols in the order of the menu, with the titles of menus', () => {
    assert.equal(
      formatDotConfig(configurationOf(TREE)),
      '#\n# Automatically generated file; DO NOT EDIT.\n# Mine\n#\nCONFIG_A=y\n\n#\n# Sub\n#\nCONFIG_S="x"\nCONFIG_N=5\n\n#\n# Note\n#\n# end of Sub\n\n# CONFIG_L is not set\nCONFIG_C1=y\n# CONFIG_C2 is not set\n',
    );
  });

  it('is read back as it was written', () => {
    const first = configurationOf(TREE);
    read(first, 'CONFIG_S="a \\"b\\" \\\\ c=#"\nCONFIG_C2=y\n# CONFIG_A is not set\n');
    const text = formatDotConfig(first);
    const second = configurationOf(TREE);
    assert.deepEqual(read(second, text), []);
    assert.equal(formatDotConfig(second), text);
  });

  it('has another prefix where asked for', () => {
    const configuration = configurationOf('config A\n\tbool "a"\n');
    assert.deepEqual(readDotConfig(configuration, 'X_A=y\nCONFIG_A=n\n', { prefix: 'X_' }), [
      { line: 2, message: 'this line makes no sense: CONFIG_A=n' },
    ]);
    assert.match(formatDotConfig(configuration, { prefix: 'X_' }), /^X_A=y$/m);
  });

  it('says what is strange with its line, and reads the rest', () => {
    const configuration = configurationOf(TREE);
    const text = [
      'garbage',
      'CONFIG_GONE=y',
      '# CONFIG_GONE is not set',
      'CONFIG_N=abc',
      'CONFIG_N=7',
      'CONFIG_N=8',
      'CONFIG_A=m',
      'CONFIG_S=bare',
      'CONFIG_S="open',
      'CONFIG_L',
      '# a comment',
      '',
      'CONFIG_C1=y',
      'CONFIG_C2=y',
      'CONFIG_L=y',
    ].join('\n');
    assert.deepEqual(read(configuration, text), [
      '1 this line makes no sense: garbage',
      '2 there is no symbol GONE: the line is left out',
      '3 there is no symbol GONE: the line is left out',
      '4 N cannot be "abc": expected a whole number',
      '6 N is given a second time; this one counts',
      '7 A cannot be "m": expected y or n',
      '8 S needs its value in quotes, found bare',
      '9 the value of S has no closing quote',
      '10 there is no "=" in this line',
      '14 C2 takes the place of another value of its choice',
    ]);
    assert.match(body(configuration), /CONFIG_N=8\n/);
    assert.match(body(configuration), /CONFIG_L=y\n# CONFIG_C1 is not set\nCONFIG_C2=y\n$/);
  });

  it('understands the line ends of other systems', () => {
    const configuration = configurationOf(TREE);
    assert.deepEqual(read(configuration, '# CONFIG_A is not set\r\nCONFIG_L=y\r\n\r\n'), []);
    assert.match(body(configuration), /^# CONFIG_A is not set\nCONFIG_L=y\n/);
  });

  it('forgets a number that is out of range', () => {
    const configuration = configurationOf(TREE);
    read(configuration, 'CONFIG_N=50\n');
    assert.match(body(configuration), /CONFIG_N=5\n/);
  });

  it('adds a fragment to what was said before', () => {
    const configuration = configurationOf(TREE);
    read(configuration, 'CONFIG_L=y\nCONFIG_N=2\n');
    readDotConfig(configuration, 'CONFIG_N=3\n', { keep: true });
    assert.match(body(configuration), /CONFIG_N=3\n(.*\n)*CONFIG_L=y\n/);
  });

  it('is small when only what differs from the defaults is kept, and whole again from that', () => {
    const configuration = configurationOf(TREE);
    assert.equal(formatMinimalConfig(configuration), '');
    read(configuration, 'CONFIG_A=y\nCONFIG_N=7\nCONFIG_C2=y\n# CONFIG_L is not set\n');
    const small = formatMinimalConfig(configuration);
    assert.equal(small, 'CONFIG_N=7\nCONFIG_C2=y\n');
    const again = configurationOf(TREE);
    read(again, small);
    applyPreset(again, 'default');
    assert.equal(formatDotConfig(again), formatDotConfig(configuration));
  });
});
