import { isHost, looksLikeHost } from '../oci/name.js';
import { DOCKER_HUB, isHubHost } from '../oci/reference.js';
import { type Findings, formatOrigin, type Origin } from './config-problem.js';
import { ConfigSection } from './config-section.js';
import { describeNode, type TreeNode, treeMap } from './config-tree.js';
import type { UpstreamConfig } from './engine-config.js';
import type { Parsed } from './parsed.js';
import { parseBaseUrl } from './registry-url.js';

/** Where Docker Hub's registry is reached; `docker.io` itself is a web page. */
const HUB_ENDPOINT = 'https://registry-1.docker.io';

interface Written {
  readonly upstream: UpstreamConfig;
  readonly key: string;
  readonly at: Origin;
}

/**
 * The upstreams of `proxy` and `mirror.upstreams`, the default one first: that of `proxy.remoteurl`, else the entry
 * `docker.io`, else none. An upstream that is named twice is a problem, whichever two places name it.
 */
export function readUpstreams(proxy: ConfigSection, mirror: ConfigSection): UpstreamConfig[] {
  const written = [readProxy(proxy), ...readList(mirror)].filter((entry) => entry !== undefined);
  refuseTwice(written, mirror.findings);
  const upstreams = written.map(({ upstream }) => upstream);
  const fallback =
    upstreams.find(({ isDefault }) => isDefault) ?? upstreams.find(({ host }) => host === DOCKER_HUB);
  if (fallback === undefined) return upstreams;
  return [{ ...fallback, isDefault: true }, ...upstreams.filter((upstream) => upstream !== fallback)];
}

function readProxy(proxy: ConfigSection): Written | undefined {
  const url = proxy.parsed('remoteurl', parseBaseUrl);
  const login = readLogin(proxy);
  proxy.finish(['ttl', 'exec']);
  if (url === undefined) {
    if (login.username !== undefined && proxy.node('remoteurl') === undefined) {
      proxy.warning('username', 'has no effect without proxy.remoteurl');
    }
    return undefined;
  }
  const isHub = isHubHost(url.value.host);
  const upstream: UpstreamConfig = {
    host: isHub ? DOCKER_HUB : url.value.host,
    endpoint: url.value.host === DOCKER_HUB ? new URL(HUB_ENDPOINT) : url.value,
    ca: undefined,
    ...login,
    isDefault: true,
  };
  return { upstream, key: 'proxy.remoteurl', at: url.at };
}

/** A user name and a password: both or neither. */
function readLogin(section: ConfigSection): Pick<UpstreamConfig, 'username' | 'password'> {
  const username = readBracketed(section, 'username');
  const password = readBracketed(section, 'password');
  if (username !== undefined && section.node('password') === undefined) {
    section.problem('username', 'needs a password beside it');
  }
  if (password !== undefined && section.node('username') === undefined) {
    section.problem('password', 'needs a username beside it');
  }
  return { username, password };
}

/** Distribution's reference writes `username: [username]`, meaning a place to fill in; YAML makes a list of it. */
function readBracketed(section: ConfigSection, key: string): string | undefined {
  const node = section.node(key);
  const only = node?.kind === 'list' && node.items.length === 1 ? node.items[0] : undefined;
  if (only?.kind !== 'scalar') return section.string(key)?.value;
  section.warning(key, 'is in brackets, which make a list in YAML; what stands in them is used');
  return only.text === '' ? undefined : only.text;
}

function readList(mirror: ConfigSection): (Written | undefined)[] {
  const node = mirror.node('upstreams');
  if (node === undefined) return [];
  if (node.kind === 'list') {
    return node.items.map((item, index) => readEntry(item, `mirror.upstreams[${index}]`, mirror.findings));
  }
  mirror.expected('upstreams', 'a list, such as [ghcr.io, quay.io]');
  return [];
}

function readEntry(node: TreeNode, path: string, findings: Findings): Written | undefined {
  const section = openEntry(node, path, findings);
  const host = section.parsed('host', parseHost);
  const endpoint = section.parsed('endpoint', parseBaseUrl);
  const ca = section.string('ca')?.value;
  const login = readLogin(section);
  section.finish([], true);
  if (host === undefined) {
    if (section.node('host') === undefined && node.kind === 'map') {
      findings.problem(node.at, path, 'needs a host, such as ghcr.io');
    }
    return undefined;
  }
  const url = endpoint?.value ?? new URL(host.value === DOCKER_HUB ? HUB_ENDPOINT : `https://${host.value}`);
  const upstream = { host: host.value, endpoint: url, ca, ...login, isDefault: false };
  return { upstream, key: path, at: host.at };
}

/** A text is short for a map: `ghcr.io`, or `ghcr.io=https://cache.example.com`. */
function openEntry(node: TreeNode, path: string, findings: Findings): ConfigSection {
  if (node.kind === 'map') return new ConfigSection(path, node, node.at, findings);
  if (node.kind !== 'scalar' || node.text === '') {
    findings.problem(
      node.at,
      path,
      `expected a registry's host, or a map with a host; found ${describeNode(node)}`,
    );
    return new ConfigSection(path, undefined, node.at, findings);
  }
  const equals = node.text.indexOf('=');
  const parts =
    equals < 0
      ? { host: node.text }
      : { host: node.text.slice(0, equals), endpoint: node.text.slice(equals + 1) };
  const entries = Object.entries(parts).map(
    ([key, text]) => [key, { at: node.at, value: { ...node, text, quoted: true } }] as const,
  );
  return new ConfigSection(path, treeMap(node.at, entries), node.at, findings);
}

/** A registry host as it stands in references, in lower case. Docker Hub's several names are all `docker.io`. */
export function parseHost(text: string): Parsed<string> {
  if (/^[a-z]+:\/\//i.test(text))
    return { expected: 'a host alone, such as ghcr.io (the URL goes under endpoint)' };
  const host = text.toLowerCase();
  const port = /:(\d+)$/.exec(host)?.[1];
  if (
    !isHost(host) ||
    !looksLikeHost(host) ||
    Number(port ?? 1) > 65_535 ||
    !URL.canParse(`https://${host}`)
  ) {
    return { expected: 'a registry host with a dot or a port, such as ghcr.io or registry.local:5000' };
  }
  return { value: isHubHost(host) ? DOCKER_HUB : host };
}

function refuseTwice(written: readonly Written[], findings: Findings): void {
  const seen = new Map<string, Written>();
  for (const entry of written) {
    const first = seen.get(entry.upstream.host);
    if (first === undefined) {
      seen.set(entry.upstream.host, entry);
      continue;
    }
    const { host } = entry.upstream;
    findings.problem(
      entry.at,
      entry.key,
      `${host} is named twice; the first time by ${first.key} (${formatOrigin(first.at)})`,
    );
  }
}
