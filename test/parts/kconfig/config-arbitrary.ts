import fc from 'fast-check';
import { HEX_NUMBERS, NUMBERS, TEXTS } from './expression-arbitrary.js';
import type { Case, ConfigLine, ConfigText, Dialect } from './tree.js';
import { tree } from './tree-arbitrary.js';

/** Lines that are no setting of a known symbol, or none at all. */
const RAW = [
  '',
  '# a remark',
  '#',
  '#CONFIG_S0 is not set',
  '# CONFIG_S0 is set',
  '# CONFIG_S0',
  '# CONFIG_S0 is not set, really',
  'CONFIG_S0',
  'CONFIG_',
  'CONFIG_=y',
  'CONFIG_S1 =y',
  'CONFIG_S1= y',
  ' CONFIG_S1=y',
  'CONFIG_S1=',
  'CONFIG_S1=y ',
  'CONFIG_UNKNOWN=y',
  '# CONFIG_UNKNOWN is not set',
  'S0=y',
  'damaged',
  '<<<<<<< HEAD',
  'CONFIG_S2="unclosed',
  'CONFIG_S2="closed" and more',
  'CONFIG_S2=""',
  'CONFIG_MODULES=n',
  'CONFIG_MODULES=y',
  '# CONFIG_MODULES is not set',
  'CONFIG_C0=y',
];

const VALUES = ['y', 'm', 'n', 'yes', '', ...NUMBERS, ...HEX_NUMBERS, '"', '"a', '"\\"', "'y'"];

/** As a string is written. */
export function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

const at = fc.nat(25);

const line: fc.Arbitrary<ConfigLine> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('fitting' as const), at, choice: fc.nat(60) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('unset' as const), at }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('value' as const),
      at,
      value: fc.constantFrom(...VALUES, ...TEXTS.map(quoted)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('raw' as const), text: fc.constantFrom(...RAW) }) },
);

/** A .config, as a person may have left it. */
export const configText: fc.Arbitrary<ConfigText> = fc.record({
  lines: fc.array(line, { maxLength: 20, size: 'medium' }),
  newline: fc.oneof({ weight: 9, arbitrary: fc.constant('\n' as const) }, fc.constant('\r\n' as const)),
  endsWithNewline: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
});

/** A tree, a .config for it and sometimes a fragment that presets start from. */
export function anyCase(dialect: Dialect): fc.Arbitrary<Case> {
  return fc.record({
    tree: tree(dialect),
    config: configText,
    fragment: fc.oneof(
      { weight: 2, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: configText },
    ),
  });
}
