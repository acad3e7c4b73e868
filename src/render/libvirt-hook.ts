import { shellWord } from './shell-word.js';
import { renderTemplate, TemplateError } from './template.js';

/** What the hook is made for. */
export interface LibvirtHookOptions {
  /** The command `docker-mirror`, an absolute path. */
  readonly program: string;
  /** The mirror's folder. */
  readonly path: string;
}

/**
 * The script that libvirt calls as `/etc/libvirt/hooks/qemu` (https://libvirt.org/hooks.html): each guest that starts takes a lease, and
 * each that ends gives it back. POSIX sh; to be installed with mode 0755.
 * @throws TemplateError when a path cannot stand in a script
 */
export function renderLibvirtHook({ program, path }: LibvirtHookOptions): string {
  for (const text of [program, path]) {
    if (!text.startsWith('/') || /\p{Cc}/u.test(text)) {
      throw new TemplateError(`${JSON.stringify(text)} is no absolute path without control characters`);
    }
  }
  return renderTemplate('libvirt-hook.hbs', { program, path }, shellWord);
}
