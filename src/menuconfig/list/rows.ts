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
  collect(configuration, menu.children, showAll, 0, (row) => {
    rows.push(row);
    return true;
  });
  return rows;
}

/** Whether a menu shows anything. */
export function hasRows(configuration: ReadConfiguration, menu: MenuNode, showAll: boolean): boolean {
  return !collect(configuration, menu.children, showAll, 0, () => false);
}

/** Whether an entry opens a list of its own when it is entered. */
export function isSubmenu(node: MenuNode): boolean {
  return node.kind === 'menu' || node.kind === 'root' || node.isMenuconfig;
}

/** Gives each row to `take`, until that says that it is enough; then the answer is false. */
function collect(
  configuration: ReadConfiguration,
  nodes: readonly MenuNode[],
  showAll: boolean,
  depth: number,
  take: (row: Row) => boolean,
): boolean {
  for (const node of nodes) {
    if (node.prompt === undefined) {
      if (!collect(configuration, node.children, showAll, depth, take)) return false;
      continue;
    }
    const isVisible = configuration.isVisible(node);
    if (!isVisible && !showAll) continue;
    if (!take({ node, depth, isHidden: !isVisible })) return false;
    const inner = nodesBelow(configuration, node);
    if (!collect(configuration, inner, showAll, depth + 1, take)) return false;
  }
  return true;
}

/** The entries shown below a row. Of a choice that is made: the value that it took, when there is something below that. */
function nodesBelow(configuration: ReadConfiguration, node: MenuNode): readonly MenuNode[] {
  if (isSubmenu(node)) return [];
  const { symbol } = node;
  if (node.kind !== 'choice' || symbol === undefined || configuration.tristate(symbol) !== YES)
    return node.children;
  const chosen = configuration.chosen(symbol);
  return node.children.filter(
    (child) => child.symbol !== undefined && child.symbol === chosen && child.children.length > 0,
  );
}
