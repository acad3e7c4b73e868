#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CliContext } from './cli/command.js';
import { processContext } from './cli/context.js';
import { ENGINE } from './cli/engine.js';
import { EXIT, type ExitCode } from './cli/exit-code.js';
import { quickGet } from './cli/quick-get.js';
import { describeError } from './cli/report.js';
import { errorCode } from './errors.js';
import { programRoot } from './host/program-root.js';

void main();

async function main(): Promise<void> {
  let reportCrash: (error: unknown) => void = (error) => {
    process.stderr.write(describeError(error));
  };
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error: unknown) => {
      reportCrash(error);
      process.exit(EXIT.internal);
    });
  }
  // `docker-mirror … | head`: a reader that has seen enough is no error.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      if (errorCode(error) === 'EPIPE') process.exit(EXIT.ok);
      throw error;
    });
  }
  // The launcher's file, where this runs from one file: that alone can be started again.
  const script = process.argv[1] ?? fileURLToPath(import.meta.url);
  const context = processContext(script, ENGINE, interruption(), (report) => {
    reportCrash = report;
  });
  const words = process.argv.slice(2);
  process.exitCode = (await quickGet(words, context)) ?? (await runCommandLine(words, context));
  // A command that has ended leaves nothing to wait for; what it printed to a pipe is written first.
  await Promise.all([process.stdout, process.stderr].map(drained));
  process.exit();
}

async function runCommandLine(words: readonly string[], context: CliContext): Promise<ExitCode> {
  const [{ runProgram }, { COMMANDS }] = await Promise.all([
    import('./cli/program.js'),
    import('./cli/commands.js'),
  ]);
  return await runProgram(words, COMMANDS, version(), context);
}

/** Aborted by the first signal. A second Ctrl-C ends the process where it is: somebody does not want to wait. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (signal === 'SIGINT' && controller.signal.aborted) process.exit(EXIT.interrupted);
      controller.abort();
    });
  }
  return controller.signal;
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}

function version(): string {
  const text = readFileSync(join(programRoot(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
