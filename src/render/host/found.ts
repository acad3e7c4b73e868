/** What is at a path of the host. */
export type Found =
  | { readonly kind: 'absent' }
  | { readonly kind: 'file'; readonly bytes: Buffer; readonly mode: number }
  /** `isWhole`: of a wanted tree, whether each of its files is there. */
  | { readonly kind: 'folder'; readonly isWhole?: boolean }
  | { readonly kind: 'link'; readonly target: string }
  /** A socket, a device… */
  | { readonly kind: 'other' };

/** What is at the paths that a plan is about. */
export interface HostFacts {
  /** Of a path that was not looked at: absent. */
  at(path: string): Found;
  /** Where a file of somebody else's really is: the end of a symbolic link, or the path itself. */
  real(path: string): string;
}

/** Facts from a table, by path; `links` leads from a path to where it really is. */
export function factsFrom(
  found: ReadonlyMap<string, Found>,
  links: ReadonlyMap<string, string> = new Map(),
): HostFacts {
  return {
    at: (path) => found.get(path) ?? { kind: 'absent' },
    real: (path) => links.get(path) ?? path,
  };
}
