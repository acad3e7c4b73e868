import { basename } from 'node:path';
import type { Command } from './command.js';
import { EXIT } from './exit-code.js';

/** Both ask the program itself, which answers one word a line (zsh: `word:description`). */
export const COMPLETION_SCRIPTS = {
  bash: `_docker_mirror() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(SHELL=/bin/bash "\${COMP_WORDS[0]}" --get-yargs-completions "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o bashdefault -o default -F _docker_mirror docker-mirror
`,
  zsh: `#compdef docker-mirror
_docker_mirror() {
  local -a reply
  reply=("\${(@f)$(SHELL=/bin/zsh "\${words[1]}" --get-yargs-completions "\${(@)words[1,CURRENT]}" 2>/dev/null)}")
  _describe 'docker-mirror' reply
}
compdef _docker_mirror docker-mirror
`,
} as const;

/** `docker-mirror completion` */
export const completionCommand: Command = {
  usage: 'completion [shell]',
  summary: 'Print a script that completes commands and options in bash or zsh',
  positionals: {
    shell: { type: 'text', describe: 'Which shell; that of $SHELL when absent', choices: ['bash', 'zsh'] },
  },
  options: {},
  examples: [
    ['source <($0 completion bash)', 'in ~/.bashrc'],
    ['source <($0 completion zsh)', 'in ~/.zshrc, after compinit'],
  ],
  async run(args, context) {
    const shell = args.text('shell') ?? basename(context.env['SHELL'] ?? 'bash');
    context.stdout.write(shell === 'zsh' ? COMPLETION_SCRIPTS.zsh : COMPLETION_SCRIPTS.bash);
    return EXIT.ok;
  },
};
