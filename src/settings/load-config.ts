import { readFile } from 'node:fs/promises';
import { errorCode } from '../errors.js';
import { readAuth } from './auth-section.js';
import {
  asConfigError,
  type ConfigProblem,
  createFindings,
  type Findings,
  inFileOrder,
} from './config-problem.js';
import { ConfigSection } from './config-section.js';
import { describeNode, type TreeMap } from './config-tree.js';
import type { EngineConfig } from './engine-config.js';
import { applyEnvironment } from './environment.js';
import { readHealth } from './health-section.js';
import { readHttp } from './http-section.js';
import { readLog } from './log-section.js';
import { readMirror, readMoreAddresses } from './mirror-section.js';
import type { Parsed } from './parsed.js';
import { readStorage } from './storage-section.js';
import { readUpstreams } from './upstream-section.js';
import { readYaml } from './yaml-tree.js';

/** A configuration that can be used, and what in it has no effect. */
export interface LoadedConfig {
  readonly config: EngineConfig;
  readonly warnings: readonly ConfigProblem[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Top-level sections that mean something to Distribution 2 or 3 and nothing here. */
const UNSUPPORTED = [
  'reporting',
  'middleware',
  'notifications',
  'redis',
  'compatibility',
  'validation',
  'policy',
  'catalog',
];

/**
 * Reads the engine's configuration file (Distribution's, version 0.1, with our section `mirror`) and lays the
 * `REGISTRY_*` variables over it. Relative paths in it are left as they are: they are relative to the working
 * directory, as in Distribution. Files that it names are not looked at; `verifyFiles` does that.
 * @throws ConfigError with everything that is wrong, not only the first thing
 */
export async function loadEngineConfig(path: string, environment: Environment): Promise<LoadedConfig> {
  return parseEngineConfig(await readText(path), path, environment);
}

/**
 * As `loadEngineConfig`, from a text.
 * @param file the name that problems carry
 * @throws ConfigError
 */
export function parseEngineConfig(text: string, file: string, environment: Environment): LoadedConfig {
  const findings = createFindings(file);
  const tree = readYaml(text, findings);
  if (tree !== undefined && tree.kind !== 'map') {
    findings.problem(tree.at, '', `expected a map of keys and values; found ${describeNode(tree)}`);
  }
  if (tree?.kind !== 'map' || findings.problems.length > 0) throw asConfigError(findings);
  const config = readRoot(applyEnvironment(tree, environment, findings), findings);
  if (findings.problems.length > 0) throw asConfigError(findings);
  return { config, warnings: inFileOrder(findings.warnings) };
}

function readRoot(tree: TreeMap, findings: Findings): EngineConfig {
  const root = new ConfigSection('', tree, { nowhere: true }, findings);
  if (root.node('version') === undefined) root.problem('version', 'is missing; expected version: 0.1');
  else root.parsed('version', parseVersion);
  const mirrorSection = root.section('mirror');
  const http = readHttp(root.section('http'));
  const alsoListen = readMoreAddresses(mirrorSection, http.listen);
  const config: EngineConfig = {
    log: readLog(root),
    storage: readStorage(root),
    http: alsoListen.length === 0 ? http : { ...http, alsoListen },
    htpasswd: readAuth(root),
    health: readHealth(root.section('health')),
    upstreams: readUpstreams(root.section('proxy'), mirrorSection),
    mirror: readMirror(mirrorSection),
  };
  mirrorSection.finish([], true);
  root.finish(UNSUPPORTED);
  const authFailed = findings.problems.some(({ key }) => key.startsWith('auth'));
  if (config.mirror.push === 'authenticated' && config.htpasswd === undefined && !authFailed) {
    mirrorSection.problem('push', 'authenticated needs auth.htpasswd, which says who may log in');
  }
  return config;
}

function parseVersion(text: string): Parsed<'0.1'> {
  return text === '0.1' ? { value: '0.1' } : { expected: '0.1' };
}

async function readText(path: string): Promise<string> {
  const findings = createFindings(path);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const messages: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such file',
      EISDIR: 'is a folder; expected a file',
      EACCES: 'may not be read by this user',
    };
    const code = errorCode(error) ?? 'unknown error';
    findings.problem({ nowhere: true }, '', messages[code] ?? `cannot be read (${code})`);
    throw asConfigError(findings, error);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    findings.problem({ nowhere: true }, '', 'is not a text in UTF-8');
    throw asConfigError(findings, cause);
  }
}
