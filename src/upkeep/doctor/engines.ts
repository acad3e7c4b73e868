import { type Finding, ok, warning } from './finding.js';

/** A container engine on this host. */
export interface EngineFacts {
  /** As `docker-mirror client` names it: `dockerd`, `containerd`, `podman`. */
  readonly client: string;
  /** The mirrors it is told to use, or the text of what it is told. */
  readonly configured: readonly string[];
}

/** Whether an engine takes images from the mirror on that port. */
export function judgeEngine({ client, configured }: EngineFacts, port: number): Finding {
  const check = `client ${client}`;
  const isUsed = configured.some((text) => new RegExp(`:${port}(?!\\d)`).test(text));
  if (isUsed) return ok(check, 'it uses the mirror');
  return warning(check, 'it does not use the mirror', `docker-mirror client ${client} --apply`);
}
