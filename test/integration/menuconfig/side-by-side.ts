import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { textWidth } from '#src/menuconfig/text/width.js';
import { settledScreen } from './capture.js';
import { MENU, openScene, type Scene } from './scene.js';

/**
 * Writes docs/menuconfig-captures.md: the same keys on the same tree in kconfig-mconf (package kconfig-frontends) and here.
 * `npm run build:test && node build/test/integration/menuconfig/side-by-side.js`
 */
const PAGE = fileURLToPath(new URL('../../../../docs/menuconfig-captures.md', import.meta.url));
const COLUMNS = 80;

/** Keys to press, and how the screens of both programs are known to be ready. */
interface Step {
  readonly title: string;
  readonly keys: readonly string[];
  readonly theirs: RegExp;
  readonly ours: RegExp;
}

const STEPS: readonly Step[] = [
  { title: 'Opened', keys: [], theirs: /< Load >/, ours: /< Load >/ },
  {
    title: 'A bool is switched off: `Down`, `n`',
    keys: ['Down', 'n'],
    theirs: /\[ \] Network/,
    ours: /\[ \] Network/,
  },
  {
    title: 'A choice is opened: `Down`, `Enter`',
    keys: ['Down', 'Enter'],
    theirs: /\(X\) Built in/,
    ours: /\(X\) Built in/,
  },
  {
    title: 'Another value is taken: `Down`, `Space`',
    keys: ['Down', 'Space'],
    theirs: /Engine \(Stock\)/,
    ours: /Engine \(Stock\)/,
  },
  {
    title: 'A menu is entered: `Up`, `Up`, `Enter`',
    keys: ['Up', 'Up', 'Enter'],
    theirs: /5000/,
    ours: /5000/,
  },
  { title: 'Help: `Down`, `?`', keys: ['Down', '?'], theirs: /CONFIG_PORT/, ours: /CONFIG_PORT/ },
  {
    title: 'A number is asked for: `Esc Esc`, `Enter`',
    keys: ['Escape', 'Escape', 'closed', 'Enter'],
    theirs: /decimal value/,
    ours: /whole number/,
  },
  {
    title: 'One that is out of range, before `Enter`: `9`, `9`',
    keys: ['9', '9'],
    theirs: /500099/,
    ours: /found 500099/,
  },
  {
    title: 'Leaving the field, the menu and the program: `Esc Esc` three times',
    keys: ['Escape', 'Escape', 'gone', 'Escape', 'Escape', 'main', 'Escape', 'Escape'],
    theirs: /save your new configuration/,
    ours: /Save the changed settings/,
  },
];

await main();

async function main(): Promise<void> {
  const theirs = await captures('kconfig-mconf Kconfig', (step) => step.theirs);
  const ours = await captures(MENU, (step) => step.ours);
  const sections = STEPS.map(({ title }, index) => {
    const text = beside(theirs[index] ?? [], ours[index] ?? []).join('\n');
    return `## ${title}\n\n\`\`\`text\n${text}\n\`\`\`\n`;
  });
  const head =
    '# The menu beside the original\n\nThe same keys on the same tree: `kconfig-mconf` (Debian package `kconfig-frontends`) at the left, ' +
    '`docker-mirror menuconfig` at the right, both on\n80 by 24. Made by `test/integration/menuconfig/side-by-side.ts`.\n';
  writeFileSync(PAGE, [head, ...sections].join('\n'));
}

/** The screens of one program after each step. */
async function captures(command: string, ready: (step: Step) => RegExp): Promise<string[][]> {
  await using scene = await openScene(COLUMNS, 24);
  scene.terminal.run(`clear; ${command}`);
  const screens: string[][] = [];
  for (const step of STEPS) {
    for (const key of step.keys) await act(scene, key);
    await scene.terminal.until(ready(step));
    screens.push((await settledScreen(scene.terminal)).trimEnd().split('\n'));
  }
  return screens;
}

async function act({ terminal }: Scene, key: string): Promise<void> {
  if (key === 'gone') await terminal.untilGone(/500099/);
  else if (key === 'closed') await terminal.untilGone(/CONFIG_PORT/);
  else if (key === 'main') await terminal.until(/Network/);
  else terminal.press(key);
}

function beside(left: readonly string[], right: readonly string[]): string[] {
  const count = Math.max(left.length, right.length);
  return Array.from({ length: count }, (_, index) => {
    const line = left[index] ?? '';
    return `${line}${' '.repeat(COLUMNS + 2 - textWidth(line))}${right[index] ?? ''}`.trimEnd();
  });
}
