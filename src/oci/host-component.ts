/**
 * A host as a component of a repository name, another one for each host: the port after `_`; an IPv6 address without its brackets, each
 * colon as `-`, and with the zero written out that would leave a `-` at the end.
 */
export function hostComponent(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]/, (_, address: string) => `ip6-${address.replace(/:$/, ':0').replaceAll(':', '-')}`)
    .replace(':', '_');
}
