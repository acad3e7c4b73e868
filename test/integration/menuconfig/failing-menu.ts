import { Configuration } from '#src/kconfig/configuration.js';
import { MenuPrompt } from '#src/menuconfig/prompt.js';
import { MenuSession } from '#src/menuconfig/session.js';
import { terminalKind, usableSize } from '#src/menuconfig/terminal-kind.js';
import { kconfigOf } from '../../parts/memory-sources.js';

/** A menu with a defect: for the test of what the terminal looks like afterwards. The argument says where it breaks. */
const where = process.argv[2];

function broken(): never {
  throw new TypeError('a defect for the test');
}

const session = new MenuSession(
  {
    configuration: new Configuration(kconfigOf('config A\n\tbool "Aa"\n')),
    prefix: 'CONFIG_',
    file: {
      name: '.config',
      save: broken,
      load: broken,
      isSaved: async () => where !== 'leaving' || broken(),
    },
    search: broken,
  },
  usableSize(process.stdout.columns, process.stdout.rows),
);
const prompt = new MenuPrompt(session, terminalKind(process.env), process.stdin, process.stdout);
if (where === 'elsewhere') process.once('SIGUSR1', broken);
try {
  await prompt.run();
} catch (error) {
  process.stderr.write(`caught: ${String(error)}\n`);
  process.exitCode = 70;
}
