import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { credentialName, secretFiles, withCredentials } from '#src/settings/credentials.js';
import { parseEngineConfig } from '#src/settings/load-config.js';
import { inFolder } from '../host/folder.js';

const { config } = parseEngineConfig(
  `version: 0.1
storage: {filesystem: {rootdirectory: /m}}
http: {addr: ":1", tls: {certificate: /c.pem, key: /k.pem, clientcas: [/a.pem, /c.pem]}}
auth: {htpasswd: {realm: r, path: /users}}
mirror: {credentials: /auth.json}
`,
  'c',
  {},
);

describe('withCredentials', () => {
  it('takes the copies that there are, and each for its own file only', () =>
    inFolder(async (folder) => {
      assert.deepEqual(secretFiles(config), ['/users', '/c.pem', '/k.pem', '/a.pem', '/auth.json']);
      for (const path of ['/users', '/k.pem', '/a.pem', '/auth.json', '/another']) {
        await writeFile(join(folder, credentialName(path)), '');
      }
      const given = await withCredentials(config, { CREDENTIALS_DIRECTORY: folder });
      const copy = (path: string) => join(folder, credentialName(path));
      assert.equal(given.htpasswd?.path, copy('/users'));
      assert.equal(given.http.tls?.certificate, '/c.pem');
      assert.equal(given.http.tls?.key, copy('/k.pem'));
      assert.deepEqual(given.http.tls?.clientCAs, [copy('/a.pem'), '/c.pem']);
      assert.equal(given.mirror.credentials, copy('/auth.json'));
    }));

  it('changes nothing when systemd gives none', async () => {
    assert.equal(await withCredentials(config, {}), config);
    assert.equal(await withCredentials(config, { CREDENTIALS_DIRECTORY: 'here' }), config);
    assert.deepEqual(await withCredentials(config, { CREDENTIALS_DIRECTORY: '/nonexistent' }), config);
  });
});
