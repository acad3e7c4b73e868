/** Who owns a file, by name. */
export interface Owner {
  readonly user: string;
  readonly group: string;
}

/** A folder that is to be there. One that is there already keeps its mode and owner, and stays when everything is undone. */
export interface WantedFolder {
  readonly kind: 'folder';
  readonly path: string;
  readonly mode: number;
  readonly owner?: Owner;
}

/**
 * A file that is to have this content.
 * `ours`: nobody else has reason to write it; one that was changed by hand is refused unless forced, and is removed by the undo.
 * `theirs`: somebody else's that we change, such as `daemon.json`; what was there is kept aside the first time, mode and owner stay, and
 * the undo puts it back.
 */
export interface WantedFile {
  readonly kind: 'file';
  readonly whose: 'ours' | 'theirs';
  readonly path: string;
  readonly content: string;
  readonly mode: number;
  readonly owner?: Owner;
}

/** A symbolic link of ours. */
export interface WantedLink {
  readonly kind: 'link';
  readonly path: string;
  readonly target: string;
}

/** Something to be done after files changed. */
export interface WantedAction {
  readonly kind: 'action';
  readonly action: Action;
  /** It is done when one of these, or something below it, is changed or removed, or when it never was done; 'always': each time. */
  readonly on: readonly string[] | 'always';
  /** What undoes it, done before anything listed earlier is undone; absent: nothing has to be. */
  readonly undo?: Action;
}

/** Something to be done only in the undo, once everything listed later is undone. */
export interface WantedAfterUndo {
  readonly kind: 'after-undo';
  readonly action: Action;
}

/** One thing that the host is to have. They are brought about in the order given, and undone in the opposite order. */
export type Wanted = WantedFolder | WantedFile | WantedLink | WantedAction | WantedAfterUndo;

/** Whose manager of services: that of the host or that of a user. */
export type UnitScope = 'system' | 'user';

/** A typed deed beyond files. `host/` carries each of them out. */
export type Action =
  | { readonly kind: 'units-reload'; readonly scope: UnitScope }
  | {
      readonly kind: 'unit';
      readonly verb: 'enable' | 'disable' | 'start' | 'stop' | 'restart' | 'try-restart' | 'reload';
      readonly unit: string;
      readonly scope: UnitScope;
    }
  /** Makes the users a file of sysusers.d names. */
  | { readonly kind: 'make-users'; readonly path: string }
  | { readonly kind: 'remove-user'; readonly user: string }
  /** Makes the folders a file of tmpfiles.d names. */
  | { readonly kind: 'make-temporary'; readonly path: string }
  | { readonly kind: 'reload-exports' }
  | { readonly kind: 'open-firewall' | 'close-firewall'; readonly service: string }
  /** Has a Docker engine read its configuration again: the one that listens on a socket, else the one that a pid file names. */
  | {
      readonly kind: 'signal-engine';
      readonly engine: string;
      readonly pidFile: string;
      readonly socket?: string;
    }
  /** Has a Docker engine forget a mirror that its daemon.json names, as it does not by reading one without it. The file stays as it is. */
  | {
      readonly kind: 'forget-mirror';
      readonly file: string;
      /** As in `DOCKER_HOST`. */
      readonly host: string;
      readonly pidFile: string;
      readonly url: string;
      readonly insecureAddress?: string;
      readonly losesLoopback?: boolean;
    };
