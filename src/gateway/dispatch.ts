import { OciError } from '../oci/error-code.js';
import { isRepository } from '../oci/name.js';
import { serveBlob } from './blobs.js';
import type { Context } from './context.js';
import { deleteBlob, deleteManifest } from './deletes.js';
import type { Exchange } from './exchange.js';
import { sendJson, serveCatalog, serveTags } from './lists.js';
import { pushManifest } from './manifest-push.js';
import { serveManifest } from './manifests.js';
import { resolveName, type Target } from './naming.js';
import { requireDeleter, requirePushable, requireWriter } from './permissions.js';
import { nonceOf } from './probe-image.js';
import { serveProbeBlob, serveProbeManifest, serveProbeRecord } from './probes.js';
import { serveReferrers } from './referrers.js';
import type { Route } from './route.js';
import { serveSetupScript } from './setup-script.js';
import { appendUpload, beginUpload, cancelUpload, describeUpload, finishUpload } from './uploads.js';

/**
 * Runs the handler for an endpoint and a method.
 * @throws OciError, also for methods that the endpoint does not have
 */
export async function dispatch(context: Context, exchange: Exchange, route: Route): Promise<void> {
  const method = exchange.request.method === 'HEAD' ? 'GET' : exchange.request.method;
  // Whoever lists, pushes or deletes goes by what is in the store.
  const readsOne = method === 'GET' && ['base', 'manifest', 'blob'].includes(route.kind);
  if (!readsOne) await context.keeping.settled();
  switch (route.kind) {
    case 'base':
      requireMethod(method, ['GET']);
      return sendJson(exchange, {}, 'application/json');
    case 'catalog':
      requireMethod(method, ['GET']);
      return serveCatalog(context, exchange);
    case 'tags':
      requireMethod(method, ['GET']);
      return serveTags(context, exchange, route.name, targetOf(context, exchange, route.name));
    case 'referrers':
      requireMethod(method, ['GET']);
      return serveReferrers(context, exchange, targetOf(context, exchange, route.name), route.digest);
    case 'manifest':
      return manifest(context, exchange, route, requireMethod(method, ['GET', 'PUT', 'DELETE']));
    case 'blob':
      return blob(context, exchange, route, requireMethod(method, ['GET', 'DELETE']));
    case 'uploads':
      requireMethod(method, ['POST']);
      return beginUpload(context, exchange, pushTarget(context, exchange, route.name));
    case 'upload':
      return upload(context, exchange, route, requireMethod(method, ['GET', 'PATCH', 'PUT', 'DELETE']));
    case 'setup':
      requireMethod(method, ['GET']);
      return serveSetupScript(context, exchange);
    case 'probe':
      requireMethod(method, ['GET']);
      return serveProbeRecord(context, exchange, route.nonce);
  }
}

async function manifest(
  context: Context,
  exchange: Exchange,
  route: Route & { kind: 'manifest' },
  method: 'GET' | 'PUT' | 'DELETE',
): Promise<void> {
  const { name, reference } = route;
  if (reference.kind === 'tag') exchange.tag = reference.tag;
  else exchange.digest = reference.digest;
  switch (method) {
    case 'GET': {
      const target = targetOf(context, exchange, name);
      const nonce = nonceOf(target);
      if (nonce !== undefined) return serveProbeManifest(context, exchange, nonce, reference);
      return serveManifest(context, exchange, target, reference);
    }
    case 'PUT':
      return pushManifest(context, exchange, pushTarget(context, exchange, name), reference);
    case 'DELETE':
      requireDeleter(context, exchange);
      return deleteManifest(context, exchange, await storedName(context, exchange, name), reference);
  }
}

async function blob(
  context: Context,
  exchange: Exchange,
  route: Route & { kind: 'blob' },
  method: 'GET' | 'DELETE',
): Promise<void> {
  const { name, digest } = route;
  exchange.digest = digest;
  if (method === 'GET') {
    const target = targetOf(context, exchange, name);
    const nonce = nonceOf(target);
    if (nonce !== undefined) return serveProbeBlob(context, exchange, nonce, digest);
    return serveBlob(context, exchange, target, digest);
  }
  requireDeleter(context, exchange);
  return deleteBlob(context, exchange, await storedName(context, exchange, name), digest);
}

function upload(
  context: Context,
  exchange: Exchange,
  route: Route & { kind: 'upload' },
  method: 'GET' | 'PATCH' | 'PUT' | 'DELETE',
): Promise<void> {
  const { id } = route;
  const name = pushTarget(context, exchange, route.name);
  switch (method) {
    case 'GET':
      return describeUpload(context, exchange, name, id);
    case 'PATCH':
      return appendUpload(context, exchange, name, id);
    case 'PUT':
      return finishUpload(context, exchange, name, id);
    case 'DELETE':
      return cancelUpload(context, exchange, name, id);
  }
}

function requireMethod<M extends string>(method: string | undefined, allowed: readonly M[]): M {
  const found = allowed.find((known) => known === method);
  if (found !== undefined) return found;
  throw new OciError('UNSUPPORTED', `${method} is not possible here`, {
    headers: { Allow: allowed.flatMap((known) => (known === 'GET' ? ['GET', 'HEAD'] : [known])).join(', ') },
  });
}

/** What the name stands for. */
function targetOf(context: Context, exchange: Exchange, name: string): Target {
  const target = resolveName(context.naming, name, namespaceOf(exchange));
  exchange.repository = target.remote?.stored ?? target.named;
  if (target.namespace !== undefined) exchange.response.setHeader('OCI-Namespace', target.namespace);
  return target;
}

/** `ns`, if it says anything: containerd sends this mirror's own address when it is asked for an image by it. */
function namespaceOf(exchange: Exchange): string | undefined {
  const ns = exchange.query.get('ns') ?? '';
  return ns === '' || ns === exchange.request.headers.host ? undefined : ns;
}

/**
 * The name to push under. With `ns` it is a name of that host, and would be another one here: pushed content of
 * `ns=ghcr.io` must not be given out as the default upstream's.
 */
function pushTarget(context: Context, exchange: Exchange, name: string): string {
  exchange.repository = name;
  requireWriter(context, exchange);
  requirePushable(resolveName(context.naming, name, namespaceOf(exchange)));
  return name;
}

/**
 * The name to delete under: as given when it is here, else the one its upstream's content is kept under. With `ns`
 * the name as given is another one.
 */
async function storedName(context: Context, exchange: Exchange, name: string): Promise<string> {
  const here = namespaceOf(exchange) === undefined && isRepository(name);
  if (here && (await context.store.repositories.exists(name))) {
    exchange.repository = name;
    return name;
  }
  const target = targetOf(context, exchange, name);
  return target.remote?.stored ?? target.named;
}
