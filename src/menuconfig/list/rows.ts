import type { Configuration } from '../../kconfig/configuration.js';
import type { MenuNode } from '../../kconfig/model.js';
import { YES } from '../../kconfig/tristate.js';

/** One line of a menu. */
export interface Row {
  readonly node: MenuNode;
  /** How deep it stands below the entries that it depends on. */
  readonly depth: number;
  /** Whether it is only shown because hidden entries are asked for. */
  readonly isHidden: boolean;
}

/** What is asked of a configuration to show it. */
export type ReadConfiguration = Omit<
  Configuration,
  | 'set'
  | 'unset'
  | 'reset'
  | 'restore'
  | 'invalidate'
  | 'review'
  | 'settle'
  | 'stateOf'
  | 'settleChoiceValues'
>;

/** The lines of a menu, from top to bottom. */
export function rowsOf(configuration: ReadConfiguration, menu: MenuNode, showAll: boolean): Row[] {
  const rows: Row[] = [];
  collect(configuration, menu, showAll, 0, (row) => {
    rows.push(row);
    return true;
  });
  return rows;
}

/** Whether a menu shows anything. */
export function hasRows(configuration: ReadConfiguration, menu: MenuNode, showAll: boolean): boolean {
  return !collect(configuration, menu, showAll, 0, () => false);
}

/** Whether an entry opens a list of its own when it is entered. */
export function isSubmenu(node: MenuNode): boolean {
  return node.kind === 'menu' || node.kind === 'root' || node.isMenuconfig;
}

/** Gives each row to `take`, until that says that it is enough; then the answer is false. */
function collect(
  configuration: ReadConfiguration,
  menu: MenuNode,
  showAll: boolean,
  depth: number,
  take: (row: Row) => boolean,
): boolean {
  for (const node of menu.children) {
    if (node.prompt === undefined) {
      if (!collect(configuration, node, showAll, depth, take)) return false;
      continue;
    }
    const isVisible = configuration.isVisible(node);
    if (!isVisible && !showAll) continue;
    if (!take({ node, depth, isHidden: !isVisible })) return false;
    const inner = innerMenu(configuration, node);
    if (inner !== undefined && !collect(configuration, inner, showAll, depth + 1, take)) return false;
  }
  return true;
}

/** The entry whose children are shown below a row. A choice that is made shows only what belongs to the value it took. */
function innerMenu(configuration: ReadConfiguration, node: MenuNode): MenuNode | undefined {
  if (isSubmenu(node)) return undefined;
  if (node.kind !== 'choice' || node.symbol === undefined) return node;
  if (configuration.tristate(node.symbol) !== YES) return node;
  const chosen = configuration.chosen(node.symbol);
  return node.children.find(({ symbol }) => symbol !== undefined && symbol === chosen);
}
