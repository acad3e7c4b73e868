import { homedir } from 'node:os';
import type { CliContext, Output } from './command.js';
import type { Engine } from './engine-port.js';
import { inputFrom } from './input.js';

/** The world of the real process. */
export function processContext(
  script: string,
  engine: Engine,
  interrupted: AbortSignal,
  onCrash: CliContext['onCrash'],
): CliContext {
  return {
    env: process.env,
    stdout: outputTo(process.stdout),
    stderr: outputTo(process.stderr),
    stdin: inputFrom(process.stdin),
    uid: process.getuid?.(),
    home: homedir(),
    cwd: process.cwd(),
    interrupted,
    launch: { program: process.execPath, args: [script] },
    engine,
    onCrash,
  };
}

function outputTo(stream: NodeJS.WriteStream): Output {
  return {
    write: (text) => void stream.write(text),
    isTerminal: stream.isTTY === true,
  };
}
