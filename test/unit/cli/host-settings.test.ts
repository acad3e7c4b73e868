import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyHostSettings } from '#src/cli/host-settings.js';
import { argumentsOf, emptyContext, settingsOf } from './support.js';

describe('what the settings say about the rest of the host', () => {
  const nowhere = { XDG_STATE_HOME: '/nonexistent', XDG_RUNTIME_DIR: '/nonexistent' };

  it('is nothing by default', async () => {
    const context = emptyContext({ env: nowhere });
    assert.equal(await applyHostSettings(argumentsOf({}), context), 0);
    assert.equal(context.stdout.text + context.stderr.text, '');
  });

  it('is said, and not done, to who may not do it', async () => {
    const settings = settingsOf({ DOCKER_MIRROR_CONFIGURE_DOCKER: 'y', DOCKER_MIRROR_NFS: 'y' });
    const context = emptyContext({ env: nowhere, home: '/nonexistent', settings });
    assert.equal(await applyHostSettings(argumentsOf({}), context), 0);
    assert.equal(
      context.stderr.text,
      'warning: DOCKER_MIRROR_CONFIGURE_DOCKER needs root: run "sudo docker-mirror client dockerd --apply"\n' +
        'warning: DOCKER_MIRROR_NFS needs root: run "sudo docker-mirror nfs --apply"\n',
    );
  });
});
