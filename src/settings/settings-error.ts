import { MirrorError } from '../errors.js';

/** One setting that cannot be used. It has the shape of a problem of config.yml, and is told like one. */
export interface SettingProblem {
  /** The `.config`. */
  readonly file: string;
  readonly line: undefined;
  readonly column: undefined;
  /** The symbol, without prefix. */
  readonly key: string;
  /** What was expected and what was found. */
  readonly message: string;
}

/** Settings that cannot be used: all that is wrong in them. */
export class SettingsError extends MirrorError {
  readonly code = 'SETTINGS_INVALID';

  constructor(readonly problems: readonly SettingProblem[]) {
    const name = problems[0]?.key ?? 'SYMBOL';
    super(problems.map(({ file, key, message }) => `${file}: ${key}: ${message}`).join('\n'), {
      hint: `change it with "docker-mirror config set ${name}=VALUE" or "make menuconfig"`,
    });
  }
}
