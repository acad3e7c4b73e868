import { createServer } from 'node:net';
import { errorCode } from '../errors.js';
import { type Address, addressesOf } from './address.js';

/** Whether one could listen there now, or the system error's code (`EADDRINUSE`, `EACCES`…) and the address that fails. */
export type PortCheck =
  | { readonly free: true }
  | { readonly free: false; readonly code: string; readonly address: Address };

/**
 * Tries to listen, and stops at once. Of the two loopback families one may be missing on this host; an address that this host does not
 * have at all is reported.
 */
export async function checkPort(address: Address): Promise<PortCheck> {
  const addresses = addressesOf(address);
  let usable = 0;
  for (const each of addresses) {
    const code = await tryListen(each);
    const missing = code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
    if (code === undefined) usable += 1;
    else if (!missing || addresses.length === 1) return { free: false, code, address: each };
  }
  return usable > 0 ? { free: true } : { free: false, code: 'EADDRNOTAVAIL', address };
}

function tryListen({ host, port }: Address): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(errorCode(error) ?? error.message));
    server.listen({ port, exclusive: true, ...(host === '' ? {} : { host }) }, () => {
      server.close(() => resolve(undefined));
    });
  });
}
