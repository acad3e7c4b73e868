import { FileError } from '../../host/files.js';
import type { BundleOutput } from '../../images/bundle/output.js';
import { UsageError } from '../errors.js';

/**
 * Standard output as where a bundle goes to.
 * @throws UsageError when it is a terminal
 */
export function standardOutput(): BundleOutput {
  const { stdout } = process;
  if (stdout.isTTY) {
    throw new UsageError('standard output is a terminal, which a bundle is not for', {
      hint: 'docker-mirror bundle create -o - | ssh HOST docker-mirror bundle apply -',
    });
  }
  // A reader that goes away is no error of what prints for people; half a bundle is one.
  stdout.removeAllListeners('error');
  let failure: Error | undefined;
  stdout.on('error', (error) => {
    failure = error;
  });
  return {
    async append(bytes) {
      if (failure !== undefined) throw gone(failure);
      await new Promise<void>((resolve, reject) => {
        // The caller uses the buffer again, and a pipe may still have it.
        stdout.write(Buffer.from(bytes), (error) => {
          if (error === null || error === undefined) resolve();
          else reject(gone(error));
        });
      });
    },
  };
}

function gone(cause: Error): FileError {
  return new FileError(`whoever reads the bundle has gone: ${cause.message}`, {
    hint: 'see what it says; run both again, and what was applied is skipped',
    cause,
  });
}
