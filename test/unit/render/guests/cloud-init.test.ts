import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { cloudInit } from '#src/render/guests/cloud-init.js';
import { setupScript } from '#src/render/guests/setup-script.js';
import { accessTo } from '../../../parts/access.js';

interface UserData {
  readonly write_files?: readonly { path: string; permissions: string; content: string }[];
  readonly runcmd: readonly string[];
}

function read(text: string): UserData {
  assert.ok(text.startsWith('#cloud-config\n'));
  return parse(text) as UserData;
}

describe('user data of cloud-init', () => {
  const access = accessTo('http://10.0.0.1:5000');
  const ca = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

  it('fetches the script and runs it', () => {
    const { runcmd, write_files } = read(cloudInit(access, { embed: false, ca: undefined }));
    assert.equal(write_files, undefined);
    assert.equal(runcmd.length, 1);
    assert.match(
      runcmd[0] ?? '',
      /^\{ curl .*http:\/\/10\.0\.0\.1:5000\/setup\.sh \|\| wget .*; \} && sh \/run\/docker-mirror-setup\.sh$/,
    );
  });

  it('carries the script where nothing is to be fetched', () => {
    const { runcmd, write_files } = read(cloudInit(access, { embed: true, ca: undefined }));
    assert.deepEqual(write_files, [
      { path: '/run/docker-mirror-setup.sh', permissions: '0700', content: setupScript(access) },
    ]);
    assert.deepEqual(runcmd, ['sh /run/docker-mirror-setup.sh']);
  });

  it('brings the authority of an encrypted mirror, to fetch with and to be trusted', () => {
    const { runcmd, write_files } = read(cloudInit(accessTo('https://mirror.lab'), { embed: false, ca }));
    assert.equal(write_files?.[0]?.content, ca);
    assert.match(runcmd[0] ?? '', /--cacert \/etc\/docker-mirror\/mirror-ca\.pem/);
    assert.match(runcmd[0] ?? '', /--ca \/etc\/docker-mirror\/mirror-ca\.pem$/);
  });
});
