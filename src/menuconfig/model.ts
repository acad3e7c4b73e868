import type { MenuNode } from '../kconfig/model.js';
import type { ReadConfiguration, Row } from './list/rows.js';

/** What the menu reads: it changes none of it, but asks for changes by requests. */
export interface MenuModel {
  readonly configuration: ReadConfiguration;
  /** `CONFIG_`, or what stands for it. */
  readonly prefix: string;
  /** The file that settings are saved to, as it is shown. */
  readonly file: string;
  /** The lines of a menu. */
  rows(menu: MenuNode, showAll: boolean): readonly Row[];
  /** The entries whose name or prompt match, best first. */
  search(text: string): readonly MenuNode[];
}
