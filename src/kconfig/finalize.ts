import { andAlso, type Expression, type Letters, operand, orElse } from './expression.js';
import { appended, type Conditional, type KconfigSymbol, type MenuNode } from './model.js';
import { normalize, rewriteModule, withoutUnequalNo } from './rewrite.js';
import { withoutDuplicates } from './simplify.js';
import { belongsBelow } from './submenu.js';

/** What finishing a menu needs besides the menu. */
export interface FinalizeContext {
  readonly letters: Letters;
  /** The symbol that turns modules on, or `n`. */
  readonly modules: KconfigSymbol;
}

/**
 * Finishes a menu once everything is read: hands dependencies down, gives select and imply to their targets, finds the values of
 * choices and the submenus that dependencies make. The order of the steps is that of the original, as some build on others.
 */
export function finalizeMenu(root: MenuNode, context: FinalizeContext): void {
  finalizeEntry(root, [root], 0, context);
}

/** @param siblings the list that the entry stands in, at `at`; those that belong below it are taken out */
function finalizeEntry(entry: MenuNode, siblings: MenuNode[], at: number, context: FinalizeContext): void {
  const { symbol, children } = entry;
  if (children.length > 0) {
    if (symbol?.isChoice) spreadType(symbol, children);
    const around = symbol?.isChoice ? operand(symbol) : entry.dependency;
    for (const child of children) inheritDependency(child, around, context);
    // The list shrinks while it is walked.
    for (let index = 0; index < children.length; index += 1) {
      finalizeEntry(children[index] as MenuNode, children, index, context);
    }
  } else if (symbol !== undefined) {
    takeFollowers(entry, symbol, siblings, at + 1, context);
    symbol.directDependency = orElse(symbol.directDependency, entry.dependency);
  }
  settleChildren(entry, context);
  if (symbol?.isChoice && !symbol.isOptional && entry.prompt !== undefined) {
    // A visible choice is made: it is as if m were selected.
    const least = andAlso(entry.prompt.condition, operand(context.letters.module));
    symbol.reverseDependency = orElse(symbol.reverseDependency, least);
  }
}

/** Moves the entries that come right after a symbol's and depend on it below it. */
function takeFollowers(
  entry: MenuNode,
  symbol: KconfigSymbol,
  siblings: MenuNode[],
  next: number,
  context: FinalizeContext,
): void {
  for (;;) {
    const follower = siblings[next];
    if (follower === undefined) return;
    const dependency = follower.prompt === undefined ? follower.dependency : follower.prompt.condition;
    if (!belongsBelow(dependency, symbol, entry.prompt?.condition, context.letters)) return;
    finalizeEntry(follower, siblings, next, context);
    follower.parent = entry;
    siblings.splice(next, 1);
    entry.children.push(follower);
  }
}

/** Finds the values of a choice, and lifts what stands below an entry that shows no line of its own (`if`) to its level. */
function settleChildren(entry: MenuNode, { letters }: FinalizeContext): void {
  const { symbol, children } = entry;
  for (let index = 0; index < children.length; index += 1) {
    const child = children[index] as MenuNode;
    if (symbol?.isChoice && child.symbol !== undefined && child.symbol.choice === undefined) {
      adoptValue(symbol, child, child.symbol, letters);
    }
    if (child.prompt === undefined && child.children.length > 0) {
      for (const lifted of child.children) lifted.parent = entry;
      children.splice(index + 1, 0, ...child.children);
      child.children = [];
    }
  }
}

/** A bool in a tristate choice can only be had while the choice is y. */
function adoptValue(choice: KconfigSymbol, entry: MenuNode, value: KconfigSymbol, { yes }: Letters): void {
  value.choice = choice;
  choice.choiceValues = appended(choice.choiceValues, value);
  if (choice.type !== 'tristate' || value.type === 'tristate') return;
  const chosen: Expression = { kind: 'comparison', relation: '=', left: choice, right: yes };
  entry.dependency = andAlso(chosen, entry.dependency);
  for (const list of [value.prompts, value.defaults, value.ranges, value.selections]) {
    for (const line of list) if (line.node === entry) line.condition = andAlso(chosen, line.condition);
  }
}

/** A choice without a type has that of its first value with one; values without a type have that of the choice. */
function spreadType(choice: KconfigSymbol, children: readonly MenuNode[]): void {
  const values = children.flatMap(({ symbol }) => (symbol === undefined ? [] : [symbol]));
  if (choice.type === 'unknown')
    choice.type = values.find(({ type }) => type !== 'unknown')?.type ?? 'unknown';
  for (const value of values) if (value.type === 'unknown') value.type = choice.type;
}

function inheritDependency(entry: MenuNode, around: Expression | undefined, context: FinalizeContext): void {
  entry.dependency = combineConditions(around, entry.dependency, context);
  const { symbol } = entry;
  if (symbol === undefined) {
    if (entry.prompt !== undefined)
      entry.prompt.condition = combineConditions(entry.dependency, entry.prompt.condition, context);
    return;
  }
  inheritInLines(symbol.prompts, entry, symbol, context);
  inheritInLines(symbol.defaults, entry, symbol, context);
  inheritInLines(symbol.ranges, entry, symbol, context);
  inheritInLines(symbol.selections, entry, symbol, context);
  for (const { node, target, weak, condition: when } of symbol.selections) {
    if (node !== entry) continue;
    const by = andAlso(operand(symbol), when);
    if (weak) target.weakDependency = orElse(target.weakDependency, by);
    else target.reverseDependency = orElse(target.reverseDependency, by);
  }
}

/** The lines of a symbol that stand in one entry. */
function inheritInLines(
  lines: readonly Conditional[],
  entry: MenuNode,
  { type }: KconfigSymbol,
  context: FinalizeContext,
): void {
  for (const line of lines) {
    if (line.node !== entry) continue;
    const whole = combineConditions(entry.dependency, line.condition, context);
    line.condition = whole === undefined || type === 'tristate' ? whole : withoutUnequalNo(whole);
  }
}

function combineConditions(
  around: Expression | undefined,
  own: Expression | undefined,
  { letters, modules }: FinalizeContext,
): Expression | undefined {
  // What is around is in this form already.
  if (own === undefined) return around;
  const whole = andAlso(around, normalize(rewriteModule(own, modules), letters));
  return whole && withoutDuplicates(whole, letters);
}
