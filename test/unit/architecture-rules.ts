import { posix } from 'node:path';

/** One import in a source file. */
export interface Import {
  /** As written: `../errors.js`, `node:fs`, `execa`. */
  readonly from: string;
  /** Only types: nothing is loaded at run time. */
  readonly typeOnly: boolean;
}

/** A source file: its path under src/, such as `host/exec.ts`, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** The floors of ADR 1, the lowest first. Rooms of one floor do not know each other. */
const FLOORS: readonly (readonly string[])[] = [
  ['errors.ts'],
  ['oci', 'kconfig'],
  ['host'],
  ['store', 'upstream', 'settings'],
  ['gateway', 'images', 'upkeep', 'admin', 'render', 'menuconfig', 'web'],
  ['cli'],
  ['main.ts'],
  ['launch.ts'],
];

/** The shapes that neighbours may know of each other, without loading anything. */
const SHARED_TYPES: ReadonlySet<string> = new Set(['settings/engine-config.ts']);

const PURE: ReadonlySet<string> = new Set(['oci', 'kconfig']);

/** What reads the clock, the environment or chance, or waits, without an import. */
const EFFECTS =
  /\b(process\.|performance\.|Date\.now\(|new Date\(\)|Math\.random\(|set(Timeout|Interval|Immediate)\(|fetch\()/;

const ONE_IMPORTER = ['enquirer', 'execa', 'handlebars', 'dockerode', 'node-cron', 'ini', 'yargs'];

/** Every break of the rules, in words. */
export function violations(sources: readonly Source[]): string[] {
  return [...sources.flatMap(breaksOf), ...secondImporters(sources)];
}

function breaksOf(source: Source): string[] {
  const room = roomOf(source.path);
  const floor = floorOf(room);
  if (floor === undefined) return [`${source.path}: "${room}" is no room of the house`];
  const found = importsOf(source.text).flatMap((each) => breakOf(source.path, each) ?? []);
  const effect = PURE.has(room) ? EFFECTS.exec(withoutComments(source.text))?.[0] : undefined;
  return effect === undefined ? found : [...found, `${source.path}: a pure file uses ${effect}`];
}

function breakOf(path: string, { from, typeOnly }: Import): string | undefined {
  const room = roomOf(path);
  if (!from.startsWith('.')) {
    const harmless = typeOnly && !from.startsWith('node:');
    return PURE.has(room) && !harmless ? `${path}: a pure file imports ${from}` : undefined;
  }
  const target = posix.join(posix.dirname(path), from).replace(/\.js$/, '.ts');
  if (target.startsWith('..')) return `${path}: imports ${from}, outside of src`;
  const targetRoom = roomOf(target);
  if (targetRoom === room) return undefined;
  const [floor, targetFloor] = [floorOf(room) ?? -1, floorOf(targetRoom)];
  if (targetFloor === undefined) return `${path}: imports ${target}, which is in no room of the house`;
  if (targetFloor < floor) return undefined;
  if (targetFloor === floor && typeOnly && SHARED_TYPES.has(target)) return undefined;
  return `${path}: imports ${target}, ${targetFloor === floor ? 'sideways' : 'upwards'}`;
}

function secondImporters(sources: readonly Source[]): string[] {
  return ONE_IMPORTER.flatMap((name) => {
    const importers = sources.filter(({ text }) =>
      importsOf(text).some(({ from }) => packageOf(from) === name),
    );
    if (importers.length <= 1) return [];
    return [`${name} has ${importers.length} importers: ${importers.map(({ path }) => path).join(', ')}`];
  });
}

/** `yargs/helpers` belongs to yargs, `@scope/name/x` to @scope/name. */
function packageOf(from: string): string {
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
}

function roomOf(path: string): string {
  return path.split('/')[0] ?? '';
}

function floorOf(room: string): number | undefined {
  const floor = FLOORS.findIndex((rooms) => rooms.includes(room));
  return floor === -1 ? undefined : floor;
}

const STATEMENT =
  /\b(?:import|export)\s+(?<clause>[^'"();]*?)\s*from\s*(?<quote>['"])(?<from>[^'"]+)\k<quote>/g;
const BARE = /\bimport\s*(?<quote>['"])(?<from>[^'"]+)\k<quote>/g;
const DYNAMIC = /\bimport\s*\(\s*(?<quote>['"`])(?<from>[^'"`]+)\k<quote>/g;

/** Every import of a TypeScript file: `import`, `export … from`, `import()`, also as a type. */
export function importsOf(text: string): Import[] {
  const code = withoutComments(text);
  const statements = [...code.matchAll(STATEMENT)].map(({ groups }) => ({
    from: groups?.['from'] ?? '',
    typeOnly: isTypeOnly(groups?.['clause'] ?? ''),
  }));
  const others = [...code.matchAll(BARE), ...code.matchAll(DYNAMIC)].map(({ groups }) => ({
    from: groups?.['from'] ?? '',
    typeOnly: false,
  }));
  return [...statements, ...others];
}

/** `type X`, `type { X }` and `{ type X, type Y }` load nothing. */
function isTypeOnly(clause: string): boolean {
  if (/^type\b(?!\s*,)/.test(clause)) return true;
  const names = /^\{(?<names>[^}]*)\}$/.exec(clause)?.groups?.['names']?.split(',') ?? [];
  const given = names.map((name) => name.trim()).filter((name) => name !== '');
  return given.length > 0 && given.every((name) => /^type\s/.test(name));
}

/** The code without its comments; what looks like one inside a string stays. */
export function withoutComments(text: string): string {
  const token =
    /(?<string>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(token, (match, string: string | undefined) => (string === undefined ? ' ' : match));
}
