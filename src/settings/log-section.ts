import type { ConfigSection } from './config-section.js';
import { describeNode } from './config-tree.js';
import type { LogConfig } from './engine-config.js';
import { oneOf, type Parsed } from './parsed.js';

type Level = LogConfig['level'];

/** Reads `log`, and the old `loglevel` beside it, which counts when `log.level` is not written (as in Distribution). */
export function readLog(root: ConfigSection): LogConfig {
  const log = root.section('log');
  const accessLog = log.section('accesslog');
  const old = root.parsed('loglevel', parseLevel);
  if (old !== undefined) root.warning('loglevel', 'is an old name; write log.level');
  const config: LogConfig = {
    level: log.parsed('level', parseLevel)?.value ?? old?.value ?? 'info',
    formatter: readFormatter(log),
    accessLog: !accessLog.boolean('disabled', false),
    fields: readFields(log.section('fields')),
  };
  accessLog.finish();
  log.finish(['hooks', 'reportcaller']);
  return config;
}

function parseLevel(text: string): Parsed<Level> {
  return oneOf('error', 'warn', 'info', 'debug')(text.toLowerCase());
}

function readFormatter(log: ConfigSection): LogConfig['formatter'] {
  const written = log.parsed('formatter', oneOf('text', 'json', 'logstash'))?.value;
  if (written !== 'logstash') return written ?? 'auto';
  log.warning('formatter', 'logstash is not supported here; json is used');
  return 'json';
}

function readFields(fields: ConfigSection): Record<string, string> {
  const entries = fields.keys().flatMap((key): [string, string][] => {
    const node = fields.node(key);
    if (node === undefined) return [];
    if (node.kind === 'scalar') return [[key, node.text]];
    fields.problem(key, `expected a text; found ${describeNode(node)}`);
    return [];
  });
  return Object.fromEntries(entries);
}
