import { run } from '../host/exec.js';
import { reloadExports } from '../host/exports.js';
import type { Action } from '../render/host/wanted.js';

/** Milliseconds that a service may take to stop or start: transfers are finished first. */
const SERVICE_PATIENCE = 180_000;

/**
 * Carries out a deed beyond files.
 * @throws CommandError
 */
export async function performAction(action: Action): Promise<void> {
  switch (action.kind) {
    case 'units-reload':
      await systemctl(action.scope, ['daemon-reload']);
      return;
    case 'unit':
      await systemctl(action.scope, [action.verb, action.unit]);
      return;
    case 'make-users':
      await run('systemd-sysusers', [action.path]);
      return;
    case 'remove-user':
      // 6: there is none.
      await run('userdel', [action.user], { accept: [6] });
      return;
    case 'make-temporary':
      await run('systemd-tmpfiles', ['--create', action.path]);
      return;
    case 'reload-exports':
      await reloadExports();
      return;
    case 'open-firewall':
    case 'close-firewall': {
      const verb = action.kind === 'open-firewall' ? 'add' : 'remove';
      await run('firewall-cmd', ['--permanent', `--${verb}-service=${action.service}`]);
      await run('firewall-cmd', ['--reload']);
      return;
    }
    case 'signal-engine': {
      const { reloadDocker } = await import('../host/dockerd-reload.js');
      await reloadDocker(action);
      return;
    }
    case 'forget-mirror': {
      const { forgetMirror } = await import('../render/clients/forget-mirror.js');
      await forgetMirror(action);
    }
  }
}

async function systemctl(scope: 'system' | 'user', args: readonly string[]): Promise<void> {
  await run('systemctl', [`--${scope}`, ...args], { timeout: SERVICE_PATIENCE });
}
