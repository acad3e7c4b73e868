import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KconfigError } from '#src/kconfig/errors.js';
import { formatExpression } from '#src/kconfig/format-expression.js';
import { loadKconfig } from '#src/kconfig/load.js';
import type { MenuNode } from '#src/kconfig/model.js';
import { configurationOf, kconfigOf, memorySources, symbolIn } from '../../parts/memory-sources.js';

function outline(entry: MenuNode, depth = 0): string[] {
  const name = entry.symbol?.name || entry.prompt?.text || entry.kind;
  return [`${' '.repeat(depth)}${name}`, ...entry.children.flatMap((child) => outline(child, depth + 1))];
}

function problemsOf(text: string): string[] {
  try {
    kconfigOf(text);
  } catch (error) {
    assert.ok(error instanceof KconfigError);
    return error.message.split('\n');
  }
  return [];
}

describe('reading Kconfig files', () => {
  it('reads every line of a definition', () => {
    const kconfig = kconfigOf(
      'mainmenu "Title"\nconfig A\n\tint "Prompt" if B\n\tdepends on B\n\tdefault 5 if C\n\trange 1 C\n\thelp\n\t  One.\n\t    Two.\n\n\t  Three.\n\nconfig B\n\tbool\n',
    );
    const a = kconfig.find('A');
    assert.equal(kconfig.title, 'Title');
    assert.equal(a?.type, 'int');
    assert.equal(a?.nodes[0]?.help, 'One.\n  Two.\n\nThree.');
    assert.equal(a?.prompts[0]?.text, 'Prompt');
    assert.deepEqual(a?.nodes[0]?.position, { file: 'Kconfig', line: 2 });
    const condition = a?.defaults[0]?.condition;
    assert.equal(condition && formatExpression(condition), 'B && C');
    assert.deepEqual([a?.ranges[0]?.low.name, a?.ranges[0]?.high.name], ['1', 'C']);
  });

  it('puts what follows a symbol and depends on it below it', () => {
    const text =
      'config A\n\tbool "a"\nconfig B\n\tbool "b"\n\tdepends on A\nif A\nconfig C\n\tbool "c"\nendif\nconfig D\n\tbool "d"\n';
    assert.deepEqual(outline(kconfigOf(text).root).slice(1), [' A', '  B', '  if', '  C', ' D']);
  });

  it('takes an included file in its place, by name, pattern, and relative to the file it stands in', () => {
    const files = {
      Kconfig:
        'source "sub/Kconfig"\nsource "p/*.k"\norsource "nothing"\nosource "none*"\nconfig END\n\tbool\n',
      'sub/Kconfig': 'rsource "inner"\nconfig SUB\n\tbool\n',
      'sub/inner': 'config INNER\n\tbool\n',
      'p/b.k': 'config PB\n\tbool\n',
      'p/a.k': 'config PA\n\tbool\n',
    };
    const kconfig = loadKconfig('Kconfig', memorySources(files));
    assert.deepEqual(outline(kconfig.root).slice(1), [' INNER', ' SUB', ' PA', ' PB', ' END']);
    assert.deepEqual(kconfig.files, ['Kconfig', 'sub/Kconfig', 'sub/inner', 'p/a.k', 'p/b.k']);
  });

  it('tells file, line and what was expected, of every mistake', () => {
    const text = 'config\nconfig A\n\tbool "a" iff B\n\tdepends A\n\tselect "B"\nwhatever\nendif\nmenu "m"\n';
    assert.deepEqual(problemsOf(text), [
      'Kconfig:1: expected the name of a symbol, found the end of the line',
      'Kconfig:3: expected the end of the line, found "iff"',
      'Kconfig:4: expected "on", found "A"',
      'Kconfig:5: expected the name of a symbol, found the text "B"',
      'Kconfig:6: expected a statement, found "whatever"',
      'Kconfig:7: "endif" is out of place: nothing is open',
      'Kconfig:8: expected "endmenu" in the same file',
    ]);
  });

  it('refuses a file that includes itself, naming the way', () => {
    const files = { Kconfig: '\nsource "a"\n', a: 'source "Kconfig"\n' };
    assert.throws(
      () => loadKconfig('Kconfig', memorySources(files)),
      /Kconfig includes itself: Kconfig:2, which includes a:1/,
    );
  });

  it('refuses a file that is not there', () => {
    assert.throws(() => loadKconfig('Kconfig', memorySources({})), /there is no file "Kconfig"/);
    assert.deepEqual(problemsOf('source "gone"\n'), ['Kconfig:2: there is no file "gone"']);
  });

  it('tells a loop whole', () => {
    const text =
      'config A\n\tbool\n\tdepends on B\nconfig B\n\tbool\n\tselect C\nconfig C\n\tbool\n\tdefault A\n';
    assert.deepEqual(problemsOf(text), []);
    const loop = `${text}config D\n\tbool\n\tselect B\n\tdefault A\n`;
    assert.deepEqual(problemsOf(loop), [
      'Kconfig:1: the value of A (Kconfig:1) depends on itself:',
      '  A (Kconfig:1) depends on',
      '  B (Kconfig:4) is selected depending on',
      '  D (Kconfig:10) has as default A (Kconfig:1)',
    ]);
  });

  it('refuses chains that are too deep to be worked out, however they are written', () => {
    const chain = (length: number, link: (index: number) => string): string =>
      Array.from(
        { length },
        (_, index) => `config S${index}\n\tbool "s${index}"\n${index === 0 ? '' : link(index)}`,
      ).join('');
    const nested = (index: number): string => `\tdepends on S${index - 1}\n`;
    const defaults = (index: number): string => `\tdefault S${index - 1}\n`;
    const configuration = configurationOf(chain(1400, defaults));
    assert.equal(configuration.value(symbolIn(configuration, 'S1399')), 'n');
    assert.match(problemsOf(chain(3000, defaults))[0] ?? '', /more than 1500 symbols/);
    assert.match(problemsOf(chain(20_000, nested))[0] ?? '', /more than 1500 symbols/);
    const brackets = `config A\n\tbool\n\tdepends on ${'('.repeat(50_000)}B${')'.repeat(50_000)}\n`;
    assert.match(problemsOf(brackets)[0] ?? '', /nested/);
  });

  it('runs the macro language where it stands', () => {
    const asked: string[] = [];
    const kconfig = kconfigOf(
      'N := 3\nname = S$(1)\nconfig $(name,$(N))\n\tstring "$(lineno) $(filename) $(USER) $(info,told)"\n\tdefault "$(shell,echo a; echo b)"\n$(warning-if,y,careful)\n',
      {
        environment: { USER: 'me' },
        shell: (command) => {
          asked.push(command);
          return { output: 'a\nb\n\n' };
        },
      },
    );
    const symbol = kconfig.find('S3');
    assert.equal(symbol?.prompts[0]?.text, '4 Kconfig me ');
    const value = symbol?.defaults[0]?.value;
    assert.equal(value && formatExpression(value), '"a b"');
    assert.deepEqual(asked, ['echo a; echo b']);
    assert.deepEqual(kconfig.messages, ['told']);
    assert.deepEqual(kconfig.warnings, [{ position: { file: 'Kconfig', line: 6 }, message: 'careful' }]);
    assert.deepEqual([...kconfig.environment], [['USER', 'me']]);
  });

  it('says that a command was ended', () => {
    const kconfig = kconfigOf('X := $(shell,sleep 60)\n', {
      shell: () => ({ output: '', timedOutAfter: 5000 }),
    });
    assert.deepEqual(kconfig.warnings, [
      { position: { file: 'Kconfig', line: 1 }, message: '$(shell,sleep 60) was ended after 5 s' },
    ]);
  });

  it('stops where error-if says so', () => {
    assert.deepEqual(problemsOf('$(error-if,n,fine)\n$(error-if,y,too old)\n'), ['Kconfig:2: too old']);
    assert.deepEqual(problemsOf('$(shell)\n'), [
      'Kconfig:1: too few arguments for $(shell): expected 1, found 0',
    ]);
  });

  it('takes words of other dialects as names elsewhere', () => {
    const kconfig = kconfigOf(
      'output = OUT\nconfig $(output)\n\tbool\n\toutput yaml\nconfig option\n\tdef_int 4\n',
    );
    assert.equal(kconfig.find('OUT')?.outputsYaml, true);
    assert.equal(kconfig.find('option')?.type, 'int');
  });

  it('takes option env from the environment, modules and the rest', () => {
    const kconfig = kconfigOf(
      'config E\n\tstring\n\toption env="ARCH"\nconfig M\n\tbool\n\toption modules\nconfig N\n\tbool "n"\n\toption allnoconfig_y\n',
      { environment: { ARCH: 'x86' } },
    );
    assert.equal(kconfig.find('E')?.environmentVariable, 'ARCH');
    assert.equal(kconfig.modules?.name, 'M');
    assert.equal(kconfig.find('N')?.staysInAllNo, true);
  });

  it('warns of what is strange, and goes on', () => {
    const text =
      'config A\n\tint "a"\n\tbool\n\tdefault B && C\n\trange x 5\nconfig T\n\tprompt "t"\nconfig S\n\tstring\n\tselect A\nmenuconfig W\n\tbool\n';
    assert.deepEqual(
      kconfigOf(text).warnings.map(({ position, message }) => `${position?.line} ${message}`),
      [
        "1 the type of 'A' is not changed from 'integer' to 'bool'",
        '11 a menuconfig needs a prompt to be shown',
        "4 the default of 'A' must be a single symbol or text",
        '5 the range x 5 is not one of numbers',
        "6 'T' is defined without a type",
        "10 'S' cannot select: it is neither bool nor tristate",
      ],
    );
  });
});
