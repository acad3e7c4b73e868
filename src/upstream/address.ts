import { isIPv4, isIPv6 } from 'node:net';

/** Kinds of addresses at which no redirect and no token server of a foreign upstream is sought. */
export type PrivateKind = 'loopback' | 'link-local';

/**
 * Whether an IP address is this machine's own or only valid on its link: 127/8, 0/8, ::1, :: and 169.254/16, fe80::/10, also
 * when an IPv4 address is written inside an IPv6 one (mapped, compatible, NAT64, 6to4).
 * @param address as `net` and `dns` give it, without brackets; a zone may follow
 */
export function privateKind(address: string): PrivateKind | undefined {
  const bare = address.split('%', 1)[0] ?? '';
  if (isIPv4(bare)) return kindOf4(bare.split('.').map(Number));
  if (!isIPv6(bare)) return undefined;
  const groups = groupsOf(bare);
  const inner = embedded4(groups);
  if (inner !== undefined) return kindOf4(inner);
  if (groups.slice(0, 7).every((group) => group === 0)) return 'loopback';
  return ((groups[0] ?? 0) & 0xffc0) === 0xfe80 ? 'link-local' : undefined;
}

function kindOf4(bytes: readonly number[]): PrivateKind | undefined {
  if (bytes[0] === 127 || bytes[0] === 0) return 'loopback';
  return bytes[0] === 169 && bytes[1] === 254 ? 'link-local' : undefined;
}

/** The eight groups of an IPv6 address, in the canonical form that the URL parser gives. */
function groupsOf(address: string): number[] {
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [left = '', right] = canonical.split('::');
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const gap = right === undefined ? 0 : 8 - head.length - tail.length;
  return [...head, ...Array<string>(gap).fill('0'), ...tail].map((group) => Number.parseInt(group, 16));
}

/** The IPv4 address inside ::ffff:a.b.c.d, ::a.b.c.d, 64:ff9b::a.b.c.d or 2002:abcd::/16. */
function embedded4(groups: readonly number[]): number[] | undefined {
  const [first = 0, second = 0, third = 0] = groups;
  if (first === 0x2002) return bytesOf(second, third);
  const zeros = (from: number, to: number) => groups.slice(from, to).every((group) => group === 0);
  const mapped = zeros(0, 5) && groups[5] === 0xffff;
  const compatible = zeros(0, 6) && groups[6] !== 0;
  const nat64 = first === 0x64 && second === 0xff9b && zeros(2, 6);
  return mapped || compatible || nat64 ? bytesOf(groups[6] ?? 0, groups[7] ?? 0) : undefined;
}

function bytesOf(high: number, low: number): number[] {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff];
}
