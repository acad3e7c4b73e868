import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files of an authority and of a server certificate that it signed, in a folder of their own. */
export interface Certificates {
  readonly folder: string;
  /** PEM file of the authority. */
  readonly caFile: string;
  /** PEM of the server's certificate and key. */
  readonly cert: string;
  readonly key: string;
  remove(): void;
}

/**
 * Makes an authority and a server certificate with `openssl`.
 * @param names as in `subjectAltName`: `IP:127.0.0.1,DNS:registry.test`
 */
export function makeCertificates(names = 'IP:127.0.0.1,DNS:registry.test'): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'docker-mirror-tls-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=test authority',
    '-days',
    '2',
  );
  openssl('req', '-new', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=registry');
  writeFileSync(join(folder, 'extensions'), `subjectAltName=${names}\n`);
  const ca = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    ...ca,
    '-out',
    'server.pem',
    '-days',
    '1',
    '-extfile',
    'extensions',
  );
  return {
    folder,
    caFile: join(folder, 'ca.pem'),
    cert: readFileSync(join(folder, 'server.pem'), 'utf8'),
    key: readFileSync(join(folder, 'server.key'), 'utf8'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
