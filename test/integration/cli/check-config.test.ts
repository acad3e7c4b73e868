import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkConfigCommand } from '#src/cli/check-config.js';
import { ENGINE } from '#src/cli/engine.js';
import type { ConfigProblem } from '#src/cli/engine-port.js';
import { reportError } from '#src/cli/report.js';
import { withMadePart } from '#src/images/made-part.js';
import { argumentsOf, emptyContext } from '../../unit/cli/support.js';
import { makeCertificate } from '../certificates.js';
import { inFolder } from '../host/folder.js';

const FIXTURES = new URL('../../../../test/integration/settings/fixtures/', import.meta.url);
const CONFIG = 'version: 0.1\nstorage: {filesystem: {rootdirectory: /data}}\n';

interface Json {
  readonly valid: boolean;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
  readonly settings: { readonly storage: unknown; readonly mirror: { readonly revalidate: string } } | null;
}

/** Runs the command with the real engine's reading and checking. */
async function check(path: string, json = false, env: Record<string, string> = {}) {
  const context = { ...emptyContext({ engine: ENGINE, env }) };
  const args = argumentsOf({ config: path, json });
  const status = await checkConfigCommand
    .run(args, context)
    .catch((error: unknown) => reportError(error, context.stderr));
  return { status, out: context.stdout.text, err: context.stderr.text };
}

async function checkJson(path: string, env?: Record<string, string>) {
  const { status, out, err } = await check(path, true, env);
  assert.equal(err, '');
  return { status, ...(JSON.parse(out) as Json) };
}

/** Checks a text as `config.yml` of a folder, in which `work` may put more files first. */
async function checkText(text: string, prepare: (folder: string) => Promise<void> = async () => undefined) {
  let result = { status: -1, out: '', err: '' };
  await inFolder(async (folder) => {
    const path = join(folder, 'config.yml');
    await prepare(folder);
    await writeFile(path, text.replaceAll('HERE', folder));
    const { status, out, err } = await check(path);
    result = { status, out: out.replaceAll(folder, ''), err: err.replaceAll(folder, '') };
  });
  return result;
}

describe('check-config', () => {
  it('shows the settings in effect, secrets masked', async () => {
    const proxy = 'proxy: {remoteurl: "https://registry-1.docker.io", username: me, password: hidden-word}\n';
    const { status, out, err } = await checkText(`${CONFIG}${proxy}`);
    assert.deepEqual({ status, err }, { status: 0, err: '' });
    assert.match(out, /^storage\.filesystem\.rootdirectory: \/data$/m);
    assert.match(out, /^http\.draintimeout: 30s$/m);
    assert.match(out, /^upstreams\[0\]\.username: me$/m);
    assert.match(out, /^upstreams\[0\]\.password: \*\*\*$/m);
    assert.doesNotMatch(out, /hidden-word/);
    assert.match(out, /\n\n\/config\.yml can be used\.\n$/);
  });

  it('prints JSON for programs', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'config.yml');
      await writeFile(path, `${CONFIG}redis: {}\nmirror: {revalidate: 5m}\n`);
      const { status, valid, problems, warnings, settings } = await checkJson(path);
      assert.deepEqual({ status, valid, problems }, { status: 0, valid: true, problems: [] });
      assert.deepEqual(
        warnings.map(({ line, key }) => ({ line, key })),
        [{ line: 3, key: 'redis' }],
      );
      assert.equal(settings?.mirror.revalidate, '5m');
      await writeFile(path, `${CONFIG}http: {addr: nonsense}\n`);
      const wrong = await checkJson(path);
      assert.deepEqual([wrong.status, wrong.valid, wrong.settings], [78, false, null]);
      assert.deepEqual(
        wrong.problems.map(({ file, line, key }) => ({ file, line, key })),
        [{ file: path, line: 3, key: 'http.addr' }],
      );
    }));

  for (const [name, files] of Object.entries({
    'example.yml': ['auth.htpasswd.path'],
    'dev.yml': [],
    'cache.yml': [],
    'reference.yml': [
      'auth.htpasswd.path',
      'http.tls.certificate',
      'http.tls.key',
      'http.tls.clientcas',
      'http.tls.clientcas',
    ],
  })) {
    it(`understands Distribution's ${name}, and finds wrong in it only files that are not here`, async () => {
      const { problems, settings } = await checkJson(fileURLToPath(new URL(name, FIXTURES)));
      assert.notEqual(settings, null);
      assert.deepEqual(problems.map(({ key }) => key).toSorted(), files.toSorted());
      for (const { line, message } of problems) {
        assert.ok(line !== undefined);
        assert.match(message, / is (not there|a folder; expected a file)$/);
      }
    });
  }

  for (const [text, expected] of [
    ['version: 0.2\nstorage: filesystem\n', '1:1: version'],
    ['storage: filesystem\n', ' version: is missing'],
    [`${CONFIG}http: {addr: "localhost:99999"}\n`, '3:8: http.addr'],
    [`${CONFIG}http:\n  draintimeout: soon\n`, '4:3: http.draintimeout'],
    [`${CONFIG}log: {level: loud}\n`, '3:7: log.level'],
    [`${CONFIG}mirror: {push: all}\n`, '3:10: mirror.push'],
    [`${CONFIG}mirror: {ofline: true}\n`, '3:10: mirror.ofline: is not a known key; did you mean offline?'],
    [`${CONFIG}mirror: {push: authenticated}\n`, '3:10: mirror.push'],
    ['version: 0.1\nstorage: {s3: {bucket: b}}\n', '2:11: storage.s3'],
    [`${CONFIG}health: {storagedriver: {interval: 10}}\n`, '3:26: health.storagedriver.interval'],
    [`${CONFIG}http: {tls: {certificate: a}}\n`, '3:14: http.tls.certificate'],
    [`${CONFIG}  x: [\n`, 'not YAML'],
  ] as const) {
    it(`names the place of what is wrong: ${expected}`, async () => {
      const { status, out, err } = await checkText(text);
      assert.deepEqual({ status, out }, { status: 78, out: '' });
      assert.ok(err.startsWith('docker-mirror: /config.yml:'), err);
      assert.ok(err.includes(expected), err);
    });
  }

  it('shows everything that is wrong, not only the first thing', async () => {
    const { err } = await checkText(`${CONFIG}log: {level: loud}\nhttp: {addr: x}\nmirror: {push: all}\n`);
    const places = err
      .trimEnd()
      .split('\n')
      .map((line) => /^docker-mirror: \/config\.yml:(\d+):\d+: /.exec(line)?.[1]);
    assert.deepEqual(places, ['3', '4', '5']);
  });
});

describe('check-config, with the files that a configuration names', () => {
  it('names each that is missing at the line of its key', async () => {
    const text = `${CONFIG}auth:
  htpasswd:
    realm: r
    path: HERE/users
mirror:
  credentials: HERE/auth.json
  upstreams:
    - host: one.example
    - host: two.example
      ca: HERE/ca.pem
`;
    const { status, err } = await checkText(text);
    assert.equal(status, 78);
    assert.deepEqual(err.trimEnd().split('\n'), [
      'docker-mirror: /config.yml:6:5: auth.htpasswd.path: /users is not there',
      'docker-mirror: /config.yml:8:3: mirror.credentials: /auth.json is not there',
      'docker-mirror: /config.yml:12:7: ca of two.example: /ca.pem is not there',
    ]);
  });

  it('names the variable that a path came from', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'config.yml');
      await writeFile(path, CONFIG);
      const missing = join(folder, 'auth.json');
      const { status, err } = await check(path, false, { REGISTRY_MIRROR_CREDENTIALS: missing });
      assert.equal(status, 78);
      assert.equal(
        err,
        `docker-mirror: REGISTRY_MIRROR_CREDENTIALS: mirror.credentials: ${missing} is not there\n`,
      );
    }));

  it('checks that certificate and key belong together', async () => {
    const tls = '{certificate: HERE/one.pem, key: HERE/other.key}';
    const { status, err } = await checkText(`${CONFIG}http:\n  tls: ${tls}\n`, async (folder) => {
      await makeCertificate(folder, 'one');
      await makeCertificate(folder, 'other');
    });
    assert.equal(status, 78);
    assert.match(
      err,
      /^docker-mirror: \/config\.yml:4:\d+: http\.tls\.key: \/other\.key does not belong to the certificate in \/one\.pem\n$/,
    );
  });

  it('reads the hashes of the users, and shows none of them', async () => {
    const users = `good:$2y$05$${'a'.repeat(53)}\n\nold:$apr1$abcdefgh$secrethash\nbare\n`;
    const text = `${CONFIG}auth: {htpasswd: {realm: r, path: HERE/users}}\n`;
    const { status, err } = await checkText(text, (folder) => writeFile(join(folder, 'users'), users));
    assert.equal(status, 78);
    const lines = err.trimEnd().split('\n');
    assert.equal(lines.length, 2);
    assert.match(
      lines[0] ?? '',
      /^docker-mirror: \/config\.yml:3:\d+: auth\.htpasswd\.path: \/users:3: .*MD5/,
    );
    assert.match(
      lines[1] ?? '',
      /^docker-mirror: \/config\.yml:3:\d+: auth\.htpasswd\.path: \/users:4: .*USER:HASH/,
    );
    assert.doesNotMatch(err, /secrethash/);
  });

  it('takes good ones', async () => {
    const text = `${CONFIG}http: {tls: {certificate: HERE/one.pem, key: HERE/one.key}}
auth: {htpasswd: {realm: r, path: HERE/users}}
mirror: {images: HERE/images.txt, upstreams: [{host: a.example, ca: HERE/one.pem}]}
`;
    const { status, err } = await checkText(text, async (folder) => {
      await makeCertificate(folder, 'one');
      await writeFile(join(folder, 'users'), `good:$2y$05$${'a'.repeat(53)}\n`);
      await writeFile(join(folder, 'images.txt'), '# ours\none/app\nquay.io/two/other:1\n');
    });
    assert.deepEqual({ status, err }, { status: 0, err: '' });
  });
});

describe('check-config, with a list of images', () => {
  const text = `${CONFIG}mirror: {images: HERE/images.txt}\n`;

  it('names bad lines and images that share a name by file and line', async () => {
    const list = 'one/app\nteam/UPPER\n\ntwo/app\n';
    const { status, err } = await checkText(text, (folder) => writeFile(join(folder, 'images.txt'), list));
    assert.equal(status, 78);
    const lines = err.trimEnd().split('\n');
    assert.equal(lines.length, 2);
    assert.match(lines[0] ?? '', /^docker-mirror: \/images\.txt:2: ./);
    assert.match(
      lines[1] ?? '',
      /^docker-mirror: \/images\.txt:4: "one\/app" \(line 1\) and "two\/app" \(line 4\)/,
    );
  });

  it('only warns of a name that two images of the settings share', async () => {
    const list = withMadePart('mine/tool\n', ['one/app', 'two/app']).text;
    const { status, err } = await checkText(text, (folder) => writeFile(join(folder, 'images.txt'), list));
    assert.equal(status, 0, err);
    assert.match(err, /^warning: \/images\.txt:4: "one\/app" \(line 3\) and "two\/app" \(line 4\)/);
    const shared = await checkText(text, (folder) =>
      writeFile(join(folder, 'images.txt'), `${list}my/app\n`),
    );
    assert.equal(shared.status, 78, 'a line of the user can be put right');
  });

  it('only warns when there is none yet', async () => {
    const { status, err } = await checkText(text);
    assert.deepEqual(
      { status, err },
      { status: 0, err: 'warning: /images.txt: is not there; no images are listed\n' },
    );
  });

  it('refuses what cannot be read', async () => {
    const { status, err } = await checkText(text, async (folder) => {
      await mkdir(join(folder, 'images.txt'));
    });
    assert.equal(status, 78);
    assert.equal(err, 'docker-mirror: /images.txt: cannot be read (EISDIR); expected a file\n');
  });
});
