import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lacking } from '../../../parts/needs.js';
import { AWKS, functionsOf, scriptFor } from '../../../parts/setup-script.js';
import { tempFolder } from '../../../parts/temp.js';

const MIRROR = 'http://10.0.0.1:5000';
const ADDRESS = '10.0.0.1:5000';

/** What came of a file: its new bytes, or undefined when it was refused. */
type Outcome = Buffer | undefined;

/** Has the script merge many files at once, with an awk. */
async function mergeAll(
  files: readonly Uint8Array[],
  mode: string,
  awk: readonly string[],
): Promise<Outcome[]> {
  await using folder = await tempFolder('dm-json');
  await mkdir(folder.file('in'));
  await mkdir(folder.file('out'));
  await mkdir(folder.file('bin'));
  await writeFile(folder.file('bin', 'awk'), `#!/bin/sh\nexec ${awk.join(' ')} "$@"\n`);
  await chmod(folder.file('bin', 'awk'), 0o755);
  for (const [index, bytes] of files.entries()) await writeFile(folder.file('in', String(index)), bytes);
  const loop = `
WORK=$PWD
for file in in/*; do
  merge_checked "$file" ${MIRROR} ${ADDRESS} ${mode} >"out/\${file#in/}" 2>"problem.\${file#in/}" || rm "out/\${file#in/}"
done
`;
  await writeFile(folder.file('script'), `${functionsOf(scriptFor(MIRROR))}${loop}`);
  const env = { ...process.env, PATH: `${folder.file('bin')}${delimiter}${process.env['PATH']}` };
  execFileSync('sh', ['script'], { cwd: folder.path, env });
  return await Promise.all(
    files.map(async (_, index) => {
      const out = folder.file('out', String(index));
      if (existsSync(out)) return await readFile(out);
      assert.match(await readFile(folder.file(`problem.${index}`), 'utf8'), /^(line \d+: )?\S.*\n$/);
      return undefined;
    }),
  );
}

type Json = Record<string, unknown>;

/** The same by value. */
function merged(value: Json): Json {
  const add = (list: unknown, own: string) =>
    Array.isArray(list) && list.includes(own) ? list : [own, ...((list ?? []) as unknown[])];
  return {
    ...value,
    'registry-mirrors': add(value['registry-mirrors'], MIRROR),
    'insecure-registries': add(value['insecure-registries'], ADDRESS),
  };
}

function without(value: Json): Json {
  const left = (list: unknown, own: string) =>
    Array.isArray(list) ? list.filter((item) => item !== own) : list;
  return {
    ...value,
    'registry-mirrors': left(value['registry-mirrors'], MIRROR),
    'insecure-registries': left(value['insecure-registries'], ADDRESS),
  };
}

/** Whether all bytes of the one stand in the other, in their order. */
function isWithin(part: Uint8Array, whole: Uint8Array): boolean {
  let at = 0;
  for (const byte of whole) if (part[at] === byte) at += 1;
  return at === part.length;
}

const strings = fc.array(
  fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(MIRROR, ADDRESS, 'https://b')),
  {
    maxLength: 4,
  },
);
const documents = fc.record(
  {
    'registry-mirrors': strings.map((list) => [...new Set(list)]),
    'insecure-registries': strings.map((list) => [...new Set(list)]),
    'log-opts': fc.dictionary(fc.string(), fc.jsonValue()),
    bip: fc.string({ unit: 'binary' }).map((text) => text.replace(/\p{Surrogate}/gu, '')),
    debug: fc.jsonValue(),
    '': fc.double({ noNaN: true, noDefaultInfinity: true }),
  },
  { requiredKeys: [] },
);
const texts = fc
  .tuple(documents, fc.constantFrom('', ' ', '  ', '\t', '     '), fc.constantFrom('', '\n', '\r\n', ' \n\n'))
  .map(([value, indent, end]) => ({ value, text: `${JSON.stringify(value, undefined, indent)}${end}` }));

/** No file that Docker reads; it must be left as it is. */
const REFUSED = [
  '{',
  '[]',
  '"x"',
  'null',
  '{"a":1,}',
  '{"a" 1}',
  '{"a":1 "b":2}',
  '{a:1}',
  "{'a':1}",
  '{"a":01}',
  '{"a":1.}',
  '{"a":+1}',
  '{"a":tru}',
  '{"a":truex}',
  '{"a":"\\x"}',
  '{"a":"\\u12g4"}',
  '{"a":"x\ny"}',
  '{"a":"x\u0001y"}',
  '{"a":"x',
  '{} {}',
  '{}}',
  '{"a":[1}',
  '{"a":{"b":1]',
  '// a remark\n{}',
  '{"a":1 /* remark */}',
  '{"registry-mirrors":"http://x"}',
  '{"registry-mirrors":[1]}',
  '{"registry-mirrors":["a",["b"]]}',
  '{"insecure-registries":{}}',
  '{"a":1,"a":2}',
  '{"registry-mirrors":[],"registry\\u002dmirrors":[]}',
  '{"a":"\0"}',
  '{}\0',
  `{"a":${'['.repeat(2000)}${']'.repeat(2000)}}`,
];

/** Odd, and right. */
const ACCEPTED: readonly (readonly [text: string, value: Json])[] = [
  ['', {}],
  [' \n\t', {}],
  ['{}', {}],
  ['{\n}\n', {}],
  ['\ufeff{"a":1}', { a: 1 }],
  ['{"registry-mirrors":null}', {}],
  ['{"registry\\u002Dmirrors":["https://b"]}', { 'registry-mirrors': ['https://b'] }],
  ['{"registry-mirrors":[]}', {}],
  [
    '{ "registry-mirrors" : [\n\n"https://b" , "https://c" ]\r\n}',
    { 'registry-mirrors': ['https://b', 'https://c'] },
  ],
  [
    '{"a":"registry-mirrors","b":{"registry-mirrors":1}}',
    { a: 'registry-mirrors', b: { 'registry-mirrors': 1 } },
  ],
  ['{"a":-1.5e+10,"b":0,"c":"\\"}\\\\","d":[[],{}]}', { a: -1.5e10, b: 0, c: '"}\\', d: [[], {}] }],
];

function parse(bytes: Uint8Array): Json {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json;
}

for (const awk of AWKS) {
  const skip = lacking({ programs: [awk[0]] });
  describe(`daemon.json in the script for guests, with ${awk.join(' ')}`, { skip }, () => {
    it('gets the mirror, by value', async () => {
      const samples = fc.sample(texts, 25);
      const inputs = samples.map(({ text }) => Buffer.from(text));
      const outputs = await mergeAll(inputs, 'add', awk);
      for (const [index, output] of outputs.entries()) {
        const { value, text } = samples[index] as { value: Json; text: string };
        assert.ok(output !== undefined, text);
        assert.deepEqual(parse(output), merged(JSON.parse(JSON.stringify(value)) as Json), text);
        assert.ok(isWithin(inputs[index] as Buffer, output), text);
      }
      const again = await mergeAll(outputs as Buffer[], 'add', awk);
      for (const [index, output] of again.entries()) assert.ok(output?.equals(outputs[index] as Buffer));
      const removed = await mergeAll(outputs as Buffer[], 'without', awk);
      for (const [index, output] of removed.entries()) {
        assert.deepEqual(parse(output as Buffer), without(parse(outputs[index] as Buffer)));
      }
    });

    it('keeps trusting this host where Docker would no longer, unless somebody decided that', async () => {
      const files = ['', '{"a":1}', '{"insecure-registries":[]}'].map((text) => Buffer.from(text));
      const lists = (await mergeAll(files, 'add 1', awk)).map(
        (output) => parse(output as Buffer)['insecure-registries'],
      );
      const made = [ADDRESS, '127.0.0.0/8', '::1/128'];
      assert.deepEqual(lists, [made, made, [ADDRESS]]);
    });

    it('may be odd', async () => {
      const outputs = await mergeAll(
        ACCEPTED.map(([text]) => Buffer.from(text)),
        'add',
        awk,
      );
      for (const [index, output] of outputs.entries()) {
        const [text, value] = ACCEPTED[index] as (typeof ACCEPTED)[number];
        assert.ok(output !== undefined, text);
        const plain = output.subarray(output[0] === 0xef ? 3 : 0);
        assert.deepEqual(parse(plain), merged(value), text);
      }
    });

    it('is refused when it is no such file', async () => {
      const outputs = await mergeAll(
        REFUSED.map((text) => Buffer.from(text)),
        'add',
        awk,
      );
      for (const [index, output] of outputs.entries()) assert.equal(output, undefined, REFUSED[index]);
    });
  });
}
