import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type DockerMirror,
  mirrorsIn,
  withEmptyLists,
  withMirror,
  withoutMirror,
} from '#src/render/clients/daemon-json.js';
import { JsonTextError } from '#src/render/json-syntax.js';
import { oddObject } from './odd-json.js';

const LOCAL: DockerMirror = { url: 'http://localhost:5000', insecureAddress: undefined };
const REMOTE: DockerMirror = { url: 'http://10.0.0.5:5000', insecureAddress: '10.0.0.5:5000' };

/** Ten settings as nobody formats them. */
const ODD =
  '{"log-driver":"json-file" ,\r\n\t"log-opts" : {"max-size":"10m",\r\n"max-file":"3" }\r\n,   "debug":false,\r\n' +
  '  "live-restore" :true, "storage-driver":"overlay2","data-root":"/var\\/lib\\/docker",\r\n "dns":["1.1.1.1" ,"8.8.8.8"],\r\n' +
  '\t"default-address-pools":[{"base":"172.80.0.0/16","size":24}],"max-concurrent-downloads":3e0,\r\n\r\n\r\n\t"labels":[ ] }\r\n\r\n';

describe('daemon.json with the mirror', () => {
  const cases: readonly (readonly [what: string, before: string | undefined, after: string])[] = [
    [
      'no file',
      undefined,
      '{\n  "registry-mirrors": ["http://10.0.0.5:5000"],\n  "insecure-registries": ["10.0.0.5:5000"]\n}\n',
    ],
    [
      'an empty file',
      '',
      '{\n  "registry-mirrors": ["http://10.0.0.5:5000"],\n  "insecure-registries": ["10.0.0.5:5000"]\n}\n',
    ],
    ['{}', '{}', '{"registry-mirrors": ["http://10.0.0.5:5000"],"insecure-registries": ["10.0.0.5:5000"]}'],
    [
      'one setting, tabs and no last line end',
      '{\n\t"debug": true\n}',
      '{\n\t"debug": true,\n\t"registry-mirrors": ["http://10.0.0.5:5000"],\n\t"insecure-registries": ["10.0.0.5:5000"]\n}',
    ],
    [
      'other mirrors',
      '{"registry-mirrors":["https://a","https://b"],"insecure-registries":["c:1"]}',
      '{"registry-mirrors":["http://10.0.0.5:5000","https://a","https://b"],"insecure-registries":["10.0.0.5:5000", "c:1"]}',
    ],
    [
      'lists on lines of their own',
      '{\r\n  "registry-mirrors": [\r\n    "https://a"\r\n  ],\r\n  "insecure-registries": []\r\n}',
      '{\r\n  "registry-mirrors": [\r\n    "http://10.0.0.5:5000",\r\n    "https://a"\r\n  ],\r\n  "insecure-registries": ["10.0.0.5:5000"]\r\n}',
    ],
  ];
  for (const [what, before, after] of cases) {
    it(`is written in the style of the file: ${what}`, () => {
      assert.equal(withMirror(before, REMOTE), after);
    });
  }

  it('leaves the place of a mirror that is there, with or without a slash', () => {
    const text = '{"registry-mirrors": ["https://a", "HTTP://LocalHost:5000/"]}';
    assert.equal(withMirror(text, LOCAL), text);
  });

  it('names no insecure registry for a loopback address', () => {
    assert.deepEqual(JSON.parse(withMirror('{}', LOCAL)), { 'registry-mirrors': ['http://localhost:5000'] });
  });

  it('names loopback too where the engine would no longer count it, unless it was decided before', () => {
    const mirror = { ...REMOTE, losesLoopback: true };
    const fresh = JSON.parse(withMirror('{}', mirror)) as Record<string, unknown>;
    assert.deepEqual(fresh['insecure-registries'], ['10.0.0.5:5000', '127.0.0.0/8', '::1/128']);
    const decided = JSON.parse(withMirror('{"insecure-registries":[]}', mirror)) as Record<string, unknown>;
    assert.deepEqual(decided['insecure-registries'], ['10.0.0.5:5000']);
  });

  it('changes no other byte of ten oddly formatted settings, and comes off again', () => {
    const merged = withMirror(ODD, REMOTE);
    assert.ok(merged.startsWith(ODD.slice(0, ODD.lastIndexOf(']') + 1)));
    assert.ok(merged.endsWith(' }\r\n\r\n'));
    assert.equal(withoutMirror(merged, REMOTE), ODD);
    assert.equal(withoutMirror(merged, REMOTE, { text: ODD }), ODD);
  });
});

describe('a daemon.json that cannot be changed', () => {
  const cases: readonly (readonly [text: string, line: number, column: number, problem: RegExp])[] = [
    ['[]', 1, 1, /is a list, and has to be an object/],
    ['\ufeff"x"', 1, 1, /is a text/],
    ['{\n  // a comment\n}', 2, 3, /comment/],
    ['{\n  # a comment\n}', 2, 3, /comment/],
    ['{"a": 1,}', 1, 9, /comma/],
    ['{"a": 1', 1, 8, /ends where "," or "}"/],
    ['{"a": 01}', 1, 8, /expected "," or "}"; found "1"/],
    ['{"a": .5}', 1, 7, /expected a value; found "\."/],
    ['{"a": nul}', 1, 7, /expected a value/],
    ["{'a': 1}", 1, 2, /key in double quotes/],
    ['{"a": "\n"}', 1, 7, /does not end, or is badly escaped/],
    ['{"a": "\\x"}', 1, 7, /badly escaped/],
    ['{"a": 1} {}', 1, 10, /expected the end of the file/],
    ['{"a": 1}\u0000', 1, 9, /expected the end of the file; found "\\u0000"/],
    [
      '{"debug": true,\r\n "x": {"debug": 1},\r\n "debug": true}',
      3,
      2,
      /"debug" is there for the second time/,
    ],
    [
      '{"registry-mirrors": "http://x"}',
      1,
      22,
      /"registry-mirrors" is a text, and has to be a list of texts/,
    ],
    ['{"registry-mirrors": null}', 1, 22, /is null/],
    ['{"é": 1, "insecure-registries": ["a", 1]}', 1, 39, /"insecure-registries" holds a number/],
    [`{"a":${'['.repeat(300)}`, 1, 206, /deeper than 200/],
  ];
  for (const [text, line, column, problem] of cases) {
    it(`is refused with the place: ${JSON.stringify(text).slice(0, 60)}`, () => {
      const isIt = (error: unknown) =>
        error instanceof JsonTextError &&
        problem.test(error.message) &&
        error.line === line &&
        error.column === column;
      assert.throws(() => withMirror(text, REMOTE), isIt);
      assert.throws(() => withoutMirror(text, REMOTE), isIt);
    });
  }

  it('is what JSON.parse refuses, too, and nothing else is', () => {
    const broken = fc.tuple(
      odd,
      fc.nat(),
      fc.constantFrom('', ',', '"', '{', ']', '\\', '0', '/', '\u0001', '.'),
    );
    fc.assert(
      fc.property(broken, ([{ text }, at, what]) => {
        const place = at % (text.length + 1);
        const changed = `${text.slice(0, place)}${what}${text.slice(place + 1)}`;
        const plain = changed.replace(/^\ufeff/, '');
        const isJson = isParsed(plain);
        const isRead = isAccepted(changed);
        // Ours also wants an object without a key that is there twice, and nothing before the byte order mark.
        if (isRead) assert.ok(isJson || changed.trim() === '', changed);
        else if (isJson) assert.ok(!isObject(plain) || hasTwice(changed), changed);
      }),
      { numRuns: 2_000 },
    );
  });
});

const urls = fc.constantFrom('https://a', 'http://10.0.0.5:5000', 'http://10.0.0.5:5000/', 'http://other:1');
const addresses = fc.constantFrom('a:1', '10.0.0.5:5000', '127.0.0.0/8', 'ü');
const odd = oddObject({ 'registry-mirrors': urls, 'insecure-registries': addresses });

describe('any daemon.json', () => {
  it('stands for the same settings and the mirror', () => {
    fc.assert(
      fc.property(odd, fc.boolean(), ({ text, value }, losesLoopback) => {
        const after = JSON.parse(
          withMirror(text, { ...REMOTE, losesLoopback }).replace(/^\ufeff/, ''),
        ) as typeof value;
        assert.deepEqual(Object.keys(after).slice(0, Object.keys(value).length), Object.keys(value));
        for (const key of Object.keys(value).filter((name) => !name.includes('registr'))) {
          assert.deepEqual(after[key], value[key]);
        }
        assert.deepEqual(
          after['registry-mirrors'],
          merged(value['registry-mirrors'], REMOTE.url, [REMOTE.url, `${REMOTE.url}/`]),
        );
        const addition =
          value['insecure-registries'] === undefined && losesLoopback ? ['127.0.0.0/8', '::1/128'] : [];
        assert.deepEqual(after['insecure-registries'], [
          ...merged(value['insecure-registries'], '10.0.0.5:5000', ['10.0.0.5:5000']),
          ...addition,
        ]);
      }),
    );
  });

  it('is the same to the byte after adding and removing, when it is known what was there', () => {
    fc.assert(
      fc.property(odd, fc.boolean(), ({ text }, losesLoopback) => {
        assert.equal(withoutMirror(withMirror(text, { ...REMOTE, losesLoopback }), REMOTE, { text }), text);
      }),
    );
  });

  it('is the same to the byte without that knowledge, when the mirror was not named and no list was empty', () => {
    fc.assert(
      fc.property(odd, ({ text, value }) => {
        fc.pre(mirrorsIn(text).every((url) => !url.startsWith(REMOTE.url)));
        fc.pre(!JSON.stringify(value['insecure-registries'] ?? '').includes('10.0.0.5'));
        fc.pre(
          ['registry-mirrors', 'insecure-registries'].every((key) => JSON.stringify(value[key]) !== '[]'),
        );
        assert.equal(withoutMirror(withMirror(text, REMOTE), REMOTE), text);
      }),
    );
  });

  it('only gains bytes', () => {
    fc.assert(
      fc.property(odd, ({ text }) => {
        let at = 0;
        for (const unit of withMirror(text, REMOTE)) if (text.startsWith(unit, at)) at += unit.length;
        assert.equal(at, text.length);
      }),
    );
  });

  it('is the same after the step that has an engine forget the mirror, even when that is where it stops', () => {
    fc.assert(
      fc.property(odd, fc.boolean(), ({ text }, losesLoopback) => {
        const mirror = { ...REMOTE, losesLoopback };
        const between = withEmptyLists(withMirror(text, mirror), text, mirror);
        if (between === undefined) return;
        for (const key of ['registry-mirrors', 'insecure-registries']) {
          const parsed = JSON.parse(between.replace(/^\ufeff/, '')) as Record<string, unknown>;
          const before = JSON.parse(text.replace(/^\ufeff/, '')) as Record<string, unknown>;
          const empty = key === 'insecure-registries' && losesLoopback ? ['127.0.0.0/8', '::1/128'] : [];
          if (parsed[key] !== undefined) assert.deepEqual(parsed[key], before[key] ?? empty);
        }
        assert.equal(withoutMirror(between, mirror, { text }), text);
      }),
    );
  });
});

describe('removing the mirror', () => {
  it('leaves what was added meanwhile', () => {
    const later = withMirror('{"debug":true}', REMOTE).replace('"debug":true', '"debug":false,"x":1');
    assert.equal(withoutMirror(later, REMOTE, { text: '{"debug":true}' }), '{"debug":false,"x":1}');
  });

  it('leaves other mirrors, and an empty list that somebody wrote', () => {
    assert.equal(
      withoutMirror(
        '{"registry-mirrors":["https://a", "http://10.0.0.5:5000/" ],"insecure-registries":[]}',
        REMOTE,
      ),
      '{"registry-mirrors":["https://a" ],"insecure-registries":[]}',
    );
  });

  it('has the engine read an empty list before the key goes, and nothing when the key stays', () => {
    const now = withMirror(undefined, REMOTE);
    assert.equal(
      withEmptyLists(now, undefined, {}),
      '{\n  "registry-mirrors": [],\n  "insecure-registries": []\n}\n',
    );
    const kept = '{"registry-mirrors":["https://a"]}';
    assert.equal(withEmptyLists(withMirror(kept, LOCAL), kept, {}), undefined);
  });
});

function merged(list: unknown, first: string, same: readonly string[]): readonly string[] {
  const texts = (list ?? []) as readonly string[];
  return texts.some((each) => same.includes(each)) ? texts : [first, ...texts];
}

function isParsed(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isAccepted(text: string): boolean {
  try {
    mirrorsIn(text);
    return true;
  } catch (error) {
    assert.ok(error instanceof JsonTextError);
    return false;
  }
}

function isObject(text: string): boolean {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasTwice(text: string): boolean {
  try {
    mirrorsIn(text);
    return false;
  } catch (error) {
    return error instanceof JsonTextError && /second time|list of texts/.test(error.message);
  }
}
