/** The files of a Kconfig tree and a .config for it, by their names. */
export type KconfigTree = ReadonlyMap<string, string>;

const PER_MENU = 50;
const MENUS_PER_FILE = 10;

/**
 * Makes a tree of so many symbols that looks like a kernel's: menus in files of their own, dependencies on what came before, defaults,
 * selects, choices, ranges, help. It uses only what Linux's programs and Kconfiglib agree about. The .config sets every third symbol.
 */
export function makeKconfigTree(symbols: number): KconfigTree {
  const files = new Map<string, string>();
  const top = ['mainmenu "Bench"', 'config MODULES', '\tbool "Modules"', '\tdefault y', '\toption modules'];
  const config = ['CONFIG_MODULES=y'];
  for (let first = 0, file = 0; first < symbols; first += PER_MENU * MENUS_PER_FILE, file += 1) {
    const name = `Kconfig.${file}`;
    top.push(`source "${name}"`);
    const end = Math.min(first + PER_MENU * MENUS_PER_FILE, symbols);
    const lines: string[] = [];
    for (let menu = first; menu < end; menu += PER_MENU) {
      lines.push(`menu "Menu ${menu / PER_MENU}"`);
      for (let i = menu; i < Math.min(menu + PER_MENU, end); i += 1) lines.push(...symbol(i));
      lines.push('endmenu');
    }
    files.set(name, `${lines.join('\n')}\n`);
  }
  for (let i = 0; i < symbols; i += 3) config.push(setting(i));
  files.set('Kconfig', `${top.join('\n')}\n`);
  files.set('.config', `${config.join('\n')}\n`);
  return files;
}

/** Ten kinds, in turn. The last three of ten are the values of a choice. */
function symbol(i: number): string[] {
  const earlier = (back: number) => `S${Math.max(0, Math.floor((i - back) / 10) * 10)}`;
  const help = ['\thelp', `\t  What symbol ${i} is for, in a sentence`, '\t  that goes on for two lines.'];
  const prompt = `"Symbol ${i}"`;
  switch (i % 10) {
    case 0:
      return [`config S${i}`, `\tbool ${prompt}`, '\tdefault y', ...help];
    case 1:
      return [
        `config S${i}`,
        `\ttristate ${prompt}`,
        `\tdepends on ${earlier(1)} && !${earlier(70)}`,
        ...help,
      ];
    case 2:
      return [
        `config S${i}`,
        `\ttristate ${prompt}`,
        `\tdefault m if ${earlier(20)}`,
        `\tselect S${i + 1}`,
        ...help,
      ];
    case 3:
      return [`config S${i}`, '\ttristate'];
    case 4:
      return [
        `config S${i}`,
        `\tint ${prompt}`,
        `\trange 1 ${i + 10}`,
        `\tdefault 5 if ${earlier(30)}`,
        '\tdefault 7',
      ];
    case 5:
      return [
        `config S${i}`,
        `\tstring ${prompt}`,
        `\tdepends on ${earlier(40)} || S${i - 3}`,
        `\tdefault "text ${i}"`,
      ];
    case 6:
      return [`config S${i}`, `\thex ${prompt} if ${earlier(50)}`, `\tdefault 0x${i.toString(16)}`];
    case 7:
      return ['choice', `\tprompt "Choice ${i}"`, `\tdefault S${i + 1}`, ...value(i)];
    case 8:
      return value(i);
    default:
      return [...value(i), 'endchoice'];
  }
}

function value(i: number): string[] {
  return [`config S${i}`, `\tbool "Value ${i}"`];
}

function setting(i: number): string {
  const values = ['n', 'm', 'y', 'n', '9', '"mine"', '0x7', 'y', 'y', 'y'];
  const value = values[i % 10] ?? 'n';
  return value === 'n' ? `# CONFIG_S${i} is not set` : `CONFIG_S${i}=${value}`;
}
