import { homedir } from 'node:os';
import type { CliContext, Output } from './command.js';
import type { Engine, Environment } from './engine-port.js';
import { inputFrom } from './input.js';
import { liveTerminal } from './live/terminal.js';
import { SETTINGS } from './settings.js';

/** The world of the real process. */
export function processContext(
  script: string,
  engine: Engine,
  interrupted: AbortSignal,
  onCrash: CliContext['onCrash'],
): CliContext {
  return {
    env: process.env,
    stdout: outputTo(process.stdout, process.env),
    stderr: outputTo(process.stderr, process.env),
    stdin: inputFrom(process.stdin),
    uid: process.getuid?.(),
    home: homedir(),
    cwd: process.cwd(),
    interrupted,
    launch: { program: process.execPath, args: [script] },
    engine,
    settings: SETTINGS,
    onCrash,
  };
}

function outputTo(stream: NodeJS.WriteStream, env: Environment): Output {
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY === true,
    live: liveTerminal(stream, env),
  };
}
