import type { HostRecord } from '../host/record.js';
import type { Wanted } from '../host/wanted.js';
import { exportsText, type Share } from './exports.js';

/** The file of ours. The NFS server reads all `*.exports` there (exports(5)). */
export const EXPORTS_FILE = '/etc/exports.d/docker-mirror.exports';

/** The name under which firewalld knows NFS, version 4. */
const FIREWALL_SERVICE = 'nfs';

/** What is so on a host, before it shares the folder. */
export interface NfsFacts {
  readonly share: Share;
  /** The unit of the NFS server; undefined without systemd. */
  readonly unit: { readonly name: string; readonly enabled: boolean; readonly active: boolean } | undefined;
  /** Undefined: firewalld is not active. */
  readonly firewall: { readonly open: boolean } | undefined;
  /** What was done here earlier. */
  readonly record: HostRecord;
}

/**
 * What a host is to have so that the folder can be mounted. What ran or was open already is left to whoever did that: the undo only takes
 * back what was done here. Pure.
 * @throws ExportError
 */
export function nfsWanted({ share, unit, firewall, record }: NfsFacts): Wanted[] {
  const file: Wanted = {
    kind: 'file',
    whose: 'ours',
    path: EXPORTS_FILE,
    mode: 0o644,
    content: exportsText(share),
  };
  return [
    // Once the file is gone, the server has to know.
    { kind: 'after-undo', action: { kind: 'reload-exports' } },
    file,
    ...(unit === undefined ? [] : serverRuns(unit, record)),
    { kind: 'action', action: { kind: 'reload-exports' }, on: [EXPORTS_FILE] },
    ...(firewall === undefined ? [] : firewallIsOpen(firewall, record)),
  ];
}

function serverRuns({ name, enabled, active }: NonNullable<NfsFacts['unit']>, record: HostRecord): Wanted[] {
  const of = (verb: 'enable' | 'disable' | 'start' | 'stop') =>
    ({ kind: 'unit', verb, unit: name, scope: 'system' }) as const;
  const isOurs = (verb: 'disable' | 'stop') =>
    record.entries.some(
      ({ kind, ...entry }) =>
        kind === 'undo' &&
        'action' in entry &&
        entry.action.kind === 'unit' &&
        entry.action.unit === name &&
        entry.action.verb === verb,
    );
  return [
    ...(enabled && !isOurs('disable')
      ? []
      : [
          { kind: 'action', action: of('enable'), on: enabled ? [] : 'always', undo: of('disable') } as const,
        ]),
    ...(active && !isOurs('stop')
      ? []
      : [{ kind: 'action', action: of('start'), on: active ? [] : 'always', undo: of('stop') } as const]),
  ];
}

function firewallIsOpen({ open }: NonNullable<NfsFacts['firewall']>, record: HostRecord): Wanted[] {
  const undo = { kind: 'close-firewall', service: FIREWALL_SERVICE } as const;
  const isOurs = record.entries.some((entry) => entry.kind === 'undo' && entry.action.kind === undo.kind);
  if (open && !isOurs) return [];
  const action = { kind: 'open-firewall', service: FIREWALL_SERVICE } as const;
  return [{ kind: 'action', action, on: open ? [] : 'always', undo }];
}
