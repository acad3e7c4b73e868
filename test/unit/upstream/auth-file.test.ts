import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findEntry, parseAuthFile } from '#src/upstream/auth-file.js';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const user = (username: string, password = 'p') => ({
  kind: 'credential',
  credential: { kind: 'password', username, password },
});
const find = (document: object, host: string, repository = 'library/app') =>
  findEntry(parseAuthFile(JSON.stringify(document)), host, repository);

describe('the credentials file', () => {
  for (const key of [
    'docker.io',
    'index.docker.io',
    'registry-1.docker.io',
    'https://index.docker.io/v1/',
    'https://index.docker.io/v1',
    'https://registry-1.docker.io',
  ]) {
    it(`names Docker Hub as ${key}`, () =>
      assert.deepEqual(find({ auths: { [key]: { auth: base64('me:p') } } }, 'docker.io'), user('me')));
  }

  for (const key of [
    'r.test:5000',
    'https://r.test:5000',
    'http://R.test:5000/',
    'https://r.test:5000/v2/',
  ]) {
    it(`names a registry as ${key}`, () => {
      const document = { auths: { [key]: { auth: base64('me:p') } } };
      assert.deepEqual(find(document, 'r.test:5000'), user('me'));
      assert.equal(find(document, 'r.test'), undefined);
    });
  }

  it('holds passwords with colons, bare users, and identity tokens', () => {
    const auths = {
      'a.test': { auth: base64('me:p:a:ss') },
      'b.test': { username: 'me', password: 'p' },
      'c.test': { auth: base64('me:'), identitytoken: 'tok' },
      'd.test': {},
      'e.test': { auth: base64('me:p\0\0') },
    };
    assert.deepEqual(find({ auths }, 'a.test'), user('me', 'p:a:ss'));
    assert.deepEqual(find({ auths }, 'b.test'), user('me'));
    const identity = { kind: 'credential', credential: { kind: 'identity-token', token: 'tok' } };
    assert.deepEqual(find({ auths }, 'c.test'), identity);
    assert.equal(find({ auths }, 'd.test'), undefined);
    assert.deepEqual(find({ auths }, 'e.test'), user('me'));
  });

  it('prefers the entry that names most of the repository', () => {
    const auths = {
      'quay.io': { auth: base64('host:p') },
      'quay.io/team': { auth: base64('team:p') },
      'quay.io/team/app': { auth: base64('app:p') },
    };
    assert.deepEqual(find({ auths }, 'quay.io', 'team/app'), user('app'));
    assert.deepEqual(find({ auths }, 'quay.io', 'team/app/deep'), user('app'));
    assert.deepEqual(find({ auths }, 'quay.io', 'team/other'), user('team'));
    assert.deepEqual(find({ auths }, 'quay.io', 'teams/app'), user('host'));
    assert.equal(find({ auths }, 'ghcr.io', 'team/app'), undefined);
  });

  it('names helpers, of one host before entries, of all after them', () => {
    const document = {
      auths: { 'a.test': { auth: base64('me:p') }, 'b.test': { auth: base64('me:p') }, 'c.test': {} },
      credHelpers: { 'https://a.test': 'gcloud' },
      credsStore: 'pass',
    };
    assert.deepEqual(find(document, 'a.test'), { kind: 'helper', name: 'gcloud', server: 'a.test' });
    assert.deepEqual(find(document, 'b.test'), user('me'));
    assert.deepEqual(find(document, 'c.test'), { kind: 'helper', name: 'pass', server: 'c.test' });
    const hub = { kind: 'helper', name: 'pass', server: 'https://index.docker.io/v1/' };
    assert.deepEqual(find(document, 'docker.io'), hub);
  });

  it('may be empty of everything', () => {
    assert.equal(find({}, 'a.test'), undefined);
    assert.equal(find({ auths: null, credHelpers: null, credsStore: '' } as object, 'a.test'), undefined);
  });

  for (const text of [
    '',
    'null',
    '[]',
    '{',
    '{"auths": []}',
    '{"auths": {"a": "hunter2"}}',
    '{"auths": {"a": {"auth": 5}}}',
    '{"auths": {"a": {"auth": "hunter2"}}}',
    '{"auths": {"a": {"auth": "%%%"}}}',
    '{"auths": {"a": {"username": ["hunter2"]}}}',
    '{"credHelpers": {"a": "../../bin/sh"}}',
    '{"credHelpers": {"a": "x y"}}',
    '{"credsStore": "-rf"}',
    '{"credsStore": 7}',
  ]) {
    it(`is refused as ${text}, without showing it`, () =>
      assert.throws(
        () => parseAuthFile(text),
        (error: Error) => !error.message.includes('hunter2') && error.message.length > 10,
      ));
  }
});
