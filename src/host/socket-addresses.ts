import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { MirrorError } from '../errors.js';
import { type Address, addressesOf, hostPort } from './address.js';

/** A name that is to be listened on stands for no address. */
export class AddressError extends MirrorError {
  readonly code = 'ADDRESS_UNKNOWN';
}

/**
 * Addresses as `ListenStream=` takes them (systemd.socket(5)): numbers only, and a bare port for every address. Names are looked up now;
 * of the two loopback families, one that this host does not have is left out.
 * @throws AddressError
 */
export async function socketAddresses(listen: readonly Address[]): Promise<string[]> {
  const found = await Promise.all(listen.flatMap(addressesOf).map(resolved));
  return [...new Set(found.flat())];
}

async function resolved({ host, port }: Address): Promise<string[]> {
  if (host === '') return [String(port)];
  if (host === '::1' && !hasIpv6()) return [];
  if (isIP(host) !== 0) return [hostPort({ host, port })];
  try {
    const addresses = await lookup(host, { all: true });
    return addresses.map(({ address }) => hostPort({ host: address, port }));
  } catch (error) {
    throw new AddressError(`${host} stands for no address of this host`, {
      hint: 'write its IP address into DOCKER_MIRROR_LISTEN_ADDRESSES',
      cause: error,
    });
  }
}

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some(
    (list) => list?.some(({ address }) => address === '::1') === true,
  );
}
