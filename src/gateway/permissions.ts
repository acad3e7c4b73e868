import { OciError } from '../oci/error-code.js';
import { isLoopbackClient } from './client-address.js';
import type { Context } from './context.js';
import type { Exchange } from './exchange.js';
import type { Target } from './naming.js';

/**
 * Lets a request change the store, or refuses it.
 * @throws OciError `DENIED` or `UNSUPPORTED`
 */
export function requireWriter(context: Context, exchange: Exchange): void {
  const refusal = writerRefusal(context, exchange);
  if (refusal !== undefined) throw refusal;
}

/**
 * Why a request may not change the store; undefined when it may. `mirror.push` says who may. A page in a browser on an
 * allowed machine is not its user: what a browser marks as coming from another site is refused.
 */
export function writerRefusal(context: Context, exchange: Exchange): OciError | undefined {
  const { config } = context;
  if (config.storage.readOnly) {
    return new OciError('UNSUPPORTED', 'the registry is read-only', {
      hint: 'set storage.maintenance.readonly.enabled to false in config.yml to allow changes',
    });
  }
  const { headers } = exchange.request;
  const site = headers['sec-fetch-site'];
  if (headers.origin !== undefined || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
    return new OciError('DENIED', 'requests from web pages may not change the registry');
  }
  switch (config.mirror.push) {
    case 'none':
      return refused('nobody may push here', 'loopback or authenticated');
    case 'authenticated':
      return exchange.user === undefined
        ? refused('only users who log in may push here', 'loopback')
        : undefined;
    case 'loopback':
      return isLoopbackClient(exchange.request)
        ? undefined
        : refused('only this machine itself may push here', 'authenticated');
  }
}

/**
 * Refuses a name that belongs to an upstream: pushed content there would never be served.
 * @throws OciError `DENIED`
 */
export function requirePushable(target: Target): void {
  if (target.pushable) return;
  throw new OciError(
    'DENIED',
    `${target.named} belongs to ${target.remote?.upstream.host ?? 'an upstream'}`,
    {
      hint: 'push under a name that names no upstream, neither in front nor by ns',
    },
  );
}

/**
 * Lets a request delete, or refuses it.
 * @throws OciError `UNSUPPORTED` or `DENIED`
 */
export function requireDeleter(context: Context, exchange: Exchange): void {
  if (!context.config.storage.deleteEnabled) {
    throw new OciError('UNSUPPORTED', 'deleting is disabled', {
      hint: 'set storage.delete.enabled to true in config.yml to allow it',
    });
  }
  requireWriter(context, exchange);
}

function refused(what: string, instead: string): OciError {
  return new OciError('DENIED', what, { hint: `set mirror.push in config.yml to ${instead} to change that` });
}
