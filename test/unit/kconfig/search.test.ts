import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { search } from '#src/kconfig/search.js';
import { kconfigOf } from '../../parts/memory-sources.js';

const KCONFIG = kconfigOf(`mainmenu "Top"
config MIRROR_PORT
	bool "Where to listen"
menu "Ports of others"
config PORT
	bool "port (of us)"
config PORTABLE
	bool "Portable"
config OTHER
	bool "Another port?"
endmenu
comment "About ports"
`);

function found(text: string): string[] {
  return search(KCONFIG, text).map(({ symbol, prompt }) => symbol?.name ?? prompt?.text ?? '');
}

describe('a search', () => {
  it('finds by name first, then by prompt', () => {
    assert.deepEqual(found('port'), [
      'PORT',
      'PORTABLE',
      'MIRROR_PORT',
      'Ports of others',
      'OTHER',
      'About ports',
    ]);
  });

  it('takes the name as it stands in a .config', () => {
    assert.deepEqual(found('CONFIG_PORT')[0], 'PORT');
  });

  it('takes regular expressions', () => {
    assert.deepEqual(found('^port$'), ['PORT']);
    assert.deepEqual(found('_P.RT'), ['MIRROR_PORT']);
  });

  it('takes what is no regular expression as it is', () => {
    assert.deepEqual(found('(of'), ['PORT']);
    assert.deepEqual(found('[port'), []);
  });

  it('wants all words, in whatever order', () => {
    assert.deepEqual(found('listen mirror'), ['MIRROR_PORT']);
    assert.deepEqual(found('listen portable'), []);
  });

  it('finds nothing for nothing', () => {
    assert.deepEqual(found(''), []);
    assert.deepEqual(found('  '), []);
  });
});
