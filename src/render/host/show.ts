import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { HostPlan, HostStep } from './step.js';
import type { Action } from './wanted.js';

/** A plan for people: a unified diff of each file, one line for all else. */
export function showPlan({ steps, refused }: HostPlan): string {
  const shown = steps.filter(({ kind }) => kind !== 'note').map(showStep);
  const left = refused.map(({ why, hint }) => `# left alone: ${why}\n#   ${hint}\n`);
  return [...shown, ...left].join('');
}

function showStep(step: HostStep): string {
  if (step.kind === 'write-file') return diffOf(step.path, step.before, step.content, step.mode);
  if (step.kind === 'remove-file') return diffOf(step.path, step.before, undefined, 0);
  return `# ${describeHostStep(step)}\n`;
}

function diffOf(
  path: string,
  before: Buffer | undefined,
  after: string | Buffer | undefined,
  mode: number,
): string {
  const head = before === undefined ? `# new file ${path}, mode ${mode.toString(8).padStart(4, '0')}\n` : '';
  const patch = createTwoFilesPatch(
    before === undefined ? '/dev/null' : path,
    after === undefined ? '/dev/null' : path,
    before?.toString() ?? '',
    after?.toString() ?? '',
    undefined,
    undefined,
    { headerOptions: FILE_HEADERS_ONLY },
  );
  return head + patch;
}

/** A step in words. */
export function describeHostStep(step: HostStep): string {
  switch (step.kind) {
    case 'make-folder':
      return `make the folder ${step.path}`;
    case 'write-file':
      return step.before === undefined ? `write ${step.path}` : `change ${step.path}`;
    case 'set-mode':
      return `set the mode of ${step.path} to ${step.mode.toString(8).padStart(4, '0')}`;
    case 'make-link':
      return `link ${step.path} to ${step.target}`;
    case 'remove-file':
    case 'remove-link':
      return `remove ${step.path}`;
    case 'remove-folder':
      return `remove the folder ${step.path}, if nothing is in it`;
    case 'perform':
      return describeAction(step.action);
    case 'note':
      return 'note what is known';
  }
}

/** An action in words. */
export function describeAction(action: Action): string {
  switch (action.kind) {
    case 'units-reload':
      return `have systemd${action.scope === 'user' ? ' of this user' : ''} read its units again`;
    case 'unit':
      return `${action.verb} ${action.unit}`;
    case 'make-users':
      return `make the users that ${action.path} names`;
    case 'remove-user':
      return `remove the user ${action.user}`;
    case 'make-temporary':
      return `make the folders that ${action.path} names`;
    case 'reload-exports':
      return 'have the NFS server read its exports again';
    case 'open-firewall':
      return `let ${action.service} through the firewall`;
    case 'close-firewall':
      return `let ${action.service} no longer through the firewall`;
    case 'signal-engine':
      return `have ${action.engine} read its configuration again`;
    case 'forget-mirror':
      return `have Docker forget the mirror ${action.url}`;
  }
}
