import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate and its key, as files. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** Makes a self-signed certificate with openssl, good for `localhost`, 127.0.0.1 and ::1 and as an authority. */
export async function makeCertificate(folder: string, name: string): Promise<Certificate> {
  const certificate = join(folder, `${name}.pem`);
  const key = join(folder, `${name}.key`);
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1';
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', `/CN=${name}`, '-addext', names, '-keyout', key, '-out', certificate],
  ]);
  return { certificate, key };
}
