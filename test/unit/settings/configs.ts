import assert from 'node:assert/strict';
import { ConfigError, formatProblem } from '#src/settings/config-problem.js';
import type { EngineConfig } from '#src/settings/engine-config.js';
import { parseEngineConfig } from '#src/settings/load-config.js';

type Environment = Record<string, string>;

/** The least a configuration needs. */
export const LEAST = 'version: 0.1\nstorage: {filesystem: {rootdirectory: /data}}\n';

/** The configuration of `LEAST` and these lines, which must be good. */
export function configOf(lines: string, environment: Environment = {}): EngineConfig {
  return configIn(`${LEAST}${lines}`, environment);
}

/** A whole configuration, which must be good. */
export function configIn(text: string, environment: Environment = {}): EngineConfig {
  return parseEngineConfig(text, 'c.yml', environment).config;
}

/** The warnings, one a line, of a configuration that must be good. */
export function warningsOf(lines: string, environment: Environment = {}): string[] {
  return parseEngineConfig(`${LEAST}${lines}`, 'c.yml', environment).warnings.map(formatProblem);
}

/** The problems, one a line, of a whole configuration that must be bad. */
export function problemsIn(text: string, environment: Environment = {}): string[] {
  try {
    parseEngineConfig(text, 'c.yml', environment);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    assert.equal(error.code, 'CONFIG_INVALID');
    assert.equal(error.message, error.problems.map(formatProblem).join('\n'));
    return error.problems.map(formatProblem);
  }
  return assert.fail('the configuration was accepted');
}

/** The problems, one a line, of `LEAST` and these lines; they begin in line 3. */
export function problemsOf(lines: string, environment: Environment = {}): string[] {
  return problemsIn(`${LEAST}${lines}`, environment);
}
