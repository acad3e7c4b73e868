/** The first descriptor that systemd hands over (sd_listen_fds(3)). */
const FIRST = 3;
/** More than any unit of ours has; a number beyond it is a mistake. */
const MOST = 64;

/**
 * The sockets that systemd has opened for this very process (sd_listen_fds(3)), by their descriptors; undefined when it has not. They
 * stay open in systemd's hands when this process lets go of them.
 */
export function activatedDescriptors(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
): readonly number[] | undefined {
  const count = Number(env['LISTEN_FDS']);
  // Inherited from a parent that they were meant for: then they are none of ours.
  if (env['LISTEN_PID'] !== String(pid)) return undefined;
  if (!Number.isInteger(count) || count < 1 || count > MOST) return undefined;
  return Array.from({ length: count }, (_, index) => FIRST + index);
}

/**
 * Compares what systemd's sockets listen on with what the configuration says.
 * @param wanted numeric addresses and names; an empty host is every address
 * @param given as the system tells of each socket
 * @returns what differs, in words; undefined when nothing does. Names count as given, as only the resolver knows what they stand for.
 */
export function addressMismatch(
  wanted: readonly { readonly host: string; readonly port: number }[],
  given: readonly { readonly address: string; readonly port: number }[],
): string | undefined {
  const numeric = wanted.filter(({ host }) => host === '' || /^[\d.]+$|:/.test(host));
  const named = wanted.length - numeric.length;
  const missing = numeric.filter((each) => !given.some((other) => isSame(each, other)));
  const extra = given.filter((other) => !numeric.some((each) => isSame(each, other)));
  const wrongPort = given.filter(({ port }) => !wanted.some((each) => each.port === port));
  const surplus = named === 0 ? extra : wrongPort;
  if (missing.length === 0 && surplus.length === 0) return undefined;
  const show = (
    list: readonly { readonly host?: string; readonly address?: string; readonly port: number }[],
  ) =>
    list.map(({ host, address, port }) => `${(host ?? address) || 'every address'} port ${port}`).join(', ');
  const parts = [
    ...(surplus.length > 0 ? [`systemd's socket listens on ${show(surplus)}`] : []),
    ...(missing.length > 0 ? [`the configuration wants ${show(missing)}`] : []),
  ];
  return parts.join('; ');
}

function isSame(
  wanted: { readonly host: string; readonly port: number },
  given: { readonly address: string; readonly port: number },
): boolean {
  if (wanted.port !== given.port) return false;
  const everywhere = given.address === '::' || given.address === '0.0.0.0';
  return wanted.host === given.address || (wanted.host === '' && everywhere);
}
