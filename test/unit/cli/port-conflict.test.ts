import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mirrorFolderOf } from '#src/cli/port-conflict.js';

describe('mirrorFolderOf', () => {
  it('knows a mirror by its command line', () => {
    const command = [
      '/usr/bin/node',
      '/opt/docker-mirror/dist/bundle/main.cjs',
      'serve',
      '/mirror/docker/config/config.yml',
    ];
    assert.equal(mirrorFolderOf({ pid: 2, command }), '/mirror/docker');
  });

  it('takes nothing else for one', () => {
    assert.equal(
      mirrorFolderOf({ pid: 2, command: ['registry', 'serve', '/etc/registry/config.yml'] }),
      undefined,
    );
    assert.equal(mirrorFolderOf({ pid: 2, command: ['nginx'] }), undefined);
    assert.equal(mirrorFolderOf({ pid: 2, command: ['node', '/x/main.cjs', 'serve'] }), undefined);
  });
});
