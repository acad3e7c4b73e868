import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmod,
  chown,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  stat,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { openBundleFile } from '#src/cli/bundle/open-bundle-file.js';
import { run } from '#src/host/exec.js';
import { addTrusted, keyPlaces, ownKey } from '#src/images/bundle/keys.js';
import { publicKeyOf } from '#src/images/bundle/public-key.js';
import { openBundle } from '#src/images/bundle/read-bundle.js';
import { Tape } from '#src/images/bundle/tape.js';
import { verifyContent } from '#src/images/bundle/verify.js';
import { asPart, Parts } from '../../parts/cleanup.js';
import { fillStore } from '../../parts/fill-store.js';
import { buildImage, multiImage, smallImage } from '../../parts/images.js';
import { randomLayer } from '../../parts/layers.js';
import { MAIN } from '../../parts/mirror.js';
import { type MirrorFolder, mirrorFolder } from '../../parts/mirror-folder.js';
import { lacking } from '../../parts/needs.js';
import { auditStore } from '../../parts/store-audit.js';
import { type TempFolder, tempFolder } from '../../parts/temp.js';
import { waitFor } from '../../parts/wait.js';

const HUB = { tag: '1', upstream: 'docker.io' };
const notRoot = lacking({ root: true });
/** Bytes of each large image. */
const SIZE = 5_000_000;

describe('docker-mirror bundle', () => {
  const parts = new Parts();
  let there: MirrorFolder;
  let here: MirrorFolder;
  beforeEach(async () => {
    there = parts.add(await mirrorFolder());
    here = parts.add(await mirrorFolder());
  });
  afterEach(() => parts.close());

  const out = (...names: string[]) => join(there.root, 'out', ...names);

  it('carries a mirror over, and then what is new of it', async () => {
    const [multi, own] = [multiImage('multi'), smallImage('own')];
    await fillStore(there.store, multi, { ...HUB, repository: 'library/multi' });
    await fillStore(there.store, own, { tag: '1', repository: 'team/own' });
    await trust(there, here);
    await mkdir(out());
    const first = await there.command(['bundle', 'create', '--output', out('first.tar')]);
    assert.match(
      first.stdout,
      /Written: \S+first\.tar, 2 images with \d+ new parts, 1\.\d MB\nIts list, .*first\.list\.json\nSigned by SHA256:/,
    );
    const shown = await here.command(['bundle', 'show', '--verify', out('first.tar')]);
    assert.match(shown.stdout, /docker\.io\/library\/multi:1 {2}linux\/amd64 {2}linux\/arm64 {2}1\.\d MB/);
    assert.match(shown.stdout, /which is trusted here[\s\S]*Every part is what the list says\./);
    const applied = await here.command(['bundle', 'apply', out('first.tar')]);
    assert.match(
      applied.stdout,
      /docker\.io\/library\/multi:1: new, as a copy from docker\.io\nteam\/own:1: new, as an image of your own\n/,
    );
    // The bundle itself is not needed any more.
    await unlink(out('first.tar'));
    await fillStore(there.store, smallImage('later'), { tag: '2', repository: 'team/own' });
    await there.command([
      'bundle',
      'create',
      '--since',
      out('first.list.json'),
      '--output',
      out('second.tar'),
    ]);
    assert.ok((await stat(out('second.tar'))).size < 250_000);
    const { stdout } = await here.command(['bundle', 'apply', out('second.tar'), '--json']);
    const events = stdout.split('\n').map((line) => JSON.parse(line) as { event: string; image?: string });
    assert.deepEqual(
      events.flatMap(({ event, image }) => (event === 'applied' ? [image] : [])),
      ['team/own:2'],
    );
    await assertSound(here);
    const none = await there.command([
      'bundle',
      'create',
      '--since',
      out('second.tar'),
      '-o',
      out('third.tar'),
    ]);
    assert.equal(none.stdout, 'Nothing is new, so no bundle was written');
    const again = await there.command(['bundle', 'create', '-o', out('second.tar')], [1]);
    assert.match(again.stderr, /second\.tar is there already\nhint: .*--force/);
  });

  it('takes what trusted keys signed only, and says how to trust one', async () => {
    await fillStore(there.store, smallImage('signed'), { ...HUB, repository: 'library/signed' });
    await mkdir(out());
    await there.command(['bundle', 'create', '--output', out('x.tar')]);
    const { stderr } = await here.command(['bundle', 'apply', out('x.tar')], [1]);
    const [, fingerprint, line] =
      /signed by (SHA256:\S+), which is not trusted here\n.*echo '(\S+ \S+)' \| docker-mirror bundle trust -/.exec(
        stderr,
      ) ?? [];
    const file = out('key.pub');
    await writeFile(file, `${line} somebody\n`);
    const listed = await run('ssh-keygen', ['-l', '-f', file]).catch(() => undefined);
    if (listed !== undefined) assert.ok(listed.stdout.includes(fingerprint ?? '?'), listed.stdout);
    await run('sh', ['-c', '"$1" "$2" bundle trust - <"$3"', 'sh', process.execPath, MAIN, file], {
      env: here.env,
    });
    assert.match(
      (await here.command(['bundle', 'trust', '--list'])).stdout,
      new RegExp(`${fingerprint?.replace(/[+/]/g, '\\$&')} {2}somebody`),
    );
    await here.command(['bundle', 'apply', out('x.tar')]);
    await here.command(['bundle', 'trust', '--remove', fingerprint ?? '']);
    assert.equal((await here.command(['bundle', 'trust', '--list'])).stdout, 'No key is trusted.');
    await here.command(['bundle', 'apply', out('x.tar')], [1]);
    await here.command(['bundle', 'apply', '--insecure-skip-signature', out('x.tar')]);
  });

  it('refuses a list that was changed', async () => {
    await fillStore(there.store, smallImage('changed'), { ...HUB, repository: 'library/changed' });
    await trust(there, here);
    await mkdir(out());
    await there.command(['bundle', 'create', '--output', out('x.tar')]);
    const bytes = await readFile(out('x.tar'));
    bytes.write(
      'library/changeD'.toLowerCase().replace('changed', 'chanqed'),
      bytes.indexOf('library/changed'),
    );
    await writeFile(out('x.tar'), bytes);
    const { stderr } = await here.command(['bundle', 'apply', out('x.tar')], [1]);
    assert.match(stderr, /its list was changed: the signature of SHA256:\S+ does not fit it/);
    assert.equal((await here.command(['bundle', 'show', out('x.tar')], [1])).exitCode, 1);
    assert.equal(await here.store.repositories.exists('library/chanqed'), false);
  });

  it('keeps its key to itself, and signs with another one that is given', async () => {
    const { stdout, stderr } = await there.command(['bundle', 'key']);
    assert.match(stdout, /^ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI\S+ docker-mirror@/);
    assert.match(stderr, /^Its fingerprint: SHA256:\S{43}$/);
    assert.equal((await there.command(['bundle', 'key'])).stdout, stdout);
    assert.equal((await stat(join(there.layout.configFolder, 'bundle-key.pem'))).mode & 0o777, 0o600);
    await run('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', join(there.root, 'mine.pem')]);
    await fillStore(there.store, smallImage('mine'), { ...HUB, repository: 'library/mine' });
    await mkdir(out());
    const created = await there.command([
      'bundle',
      'create',
      '-o',
      out('x.tar'),
      '--key',
      join(there.root, 'mine.pem'),
    ]);
    assert.ok(!created.stdout.includes(stderr.slice('Its fingerprint: '.length)));
    const wrong = await there.command(
      ['bundle', 'create', '-o', out('y.tar'), '--key', there.layout.config],
      [1],
    );
    assert.match(wrong.stderr, /config\.yml holds no private key in PEM/);
  });

  it('calls a bundle in a folder after the time it was made at', async () => {
    await fillStore(there.store, smallImage('named'), { ...HUB, repository: 'library/named' });
    await there.command(['bundle', 'create', '--output', `${out()}/`]);
    const [list = '', file = ''] = (await readdir(out())).sort().filter((each) => each.startsWith('bundle-'));
    assert.match(file, /^bundle-\d{8}-\d{6}\.tar$/);
    assert.equal(list, file.replace('.tar', '.list.json'));
    await here.command(['bundle', 'apply', '--insecure-skip-signature', out(file)]);
    await assertSound(here);
  });

  it('writes as the user whom the mirror belongs to', { skip: notRoot }, async () => {
    const nobody = 65_534;
    await fillStore(there.store, smallImage('owned'), { ...HUB, repository: 'library/owned' });
    await mkdir(here.layout.images, { recursive: true });
    for (const mirror of [there, here]) {
      await run('chown', ['-R', String(nobody), mirror.layout.registry]);
      await chmod(join(mirror.root, '..'), 0o711);
    }
    await chown(here.layout.images, nobody, nobody);
    await trust(there, here);
    assert.equal((await stat(join(there.layout.configFolder, 'bundle-key.pem'))).uid, nobody);
    await mkdir(out());
    await there.command(['bundle', 'create', '--output', out('x.tar')]);
    await chmod(out('x.tar'), 0o600);
    await here.command(['bundle', 'apply', out('x.tar')]);
    const { stdout } = await run('find', [
      here.layout.registry,
      here.layout.images,
      '!',
      '-user',
      String(nobody),
    ]);
    assert.equal(stdout, '');
  });

  it('says what is wrong with what was typed', async () => {
    for (const [words, message] of [
      [['create', '--split', '10'], /of at least 1M/],
      [['create', '-o', '-', '--split', '4G'], /standard output cannot be split/],
      [['apply', '-', '-'], /standard input can be read only once/],
      [['trust'], /a file with a public key, --list or --remove is needed/],
    ] as const) {
      const { exitCode, stderr } = await here.command(['bundle', ...words], [2]);
      assert.equal(exitCode, 2, words.join(' '));
      assert.match(stderr, message);
    }
    for (const [words, message] of [
      [['create', 'absent:1'], /"absent:1": it is not here/],
      [['create', '--since', 'nowhere'], /--since nowhere is no date, and cannot be read/],
      [['apply', here.layout.config], /it is no bundle/],
      [['trust', here.layout.config], /that is no Ed25519 key/],
    ] as const) {
      const { stderr } = await here.command(['bundle', ...words], [1]);
      assert.match(stderr, message);
    }
  });
});

describe('docker-mirror bundle, of a mirror that takes a while', () => {
  const lasting = new Parts();
  const parts = new Parts();
  /** It takes long enough to be ended in the middle. */
  const images = Array.from({ length: 12 }, (_, number) =>
    buildImage({ layers: [randomLayer(`large-${number}`, SIZE)], label: `${number}` }),
  );
  let there: MirrorFolder;
  let here: MirrorFolder;
  before(async () => {
    there = lasting.add(await mirrorFolder());
    for (const [number, image] of images.entries()) {
      await fillStore(there.store, image, { ...HUB, repository: nameOf(number) });
    }
  });
  after(() => lasting.close());
  beforeEach(async () => {
    here = parts.add(await mirrorFolder());
    folder = parts.add(await tempFolder('dm-out'));
  });
  afterEach(() => parts.close());
  let folder: TempFolder;

  const out = (...names: string[]) => folder.file(...names);

  /** Runs it in the background, to be ended in the middle. */
  function start(
    mirror: MirrorFolder,
    ...words: string[]
  ): { child: ChildProcess; ended: Promise<string>; errors: () => string } {
    const child = spawn(process.execPath, [MAIN, 'bundle', ...words], {
      env: mirror.env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr?.on('data', (chunk) => {
      errors += String(chunk);
    });
    const ended = new Promise<string>((resolve) =>
      child.once('close', (code, signal) => resolve(`${signal ?? code}`)),
    );
    parts.add(
      asPart(async () => {
        child.kill('SIGKILL');
        await ended;
      }),
    );
    return { child, ended, errors: () => errors };
  }

  it('goes on with a bundle that it was killed at', async () => {
    const path = out('large.tar');
    const { child, ended } = start(there, 'create', '--output', path);
    const isHalf = async () => (await stat(`${path}.partial`)).size > 20_000_000;
    await waitFor(() => isHalf().catch(() => false), { what: 'half of it is written', interval: 5 });
    child.kill('SIGKILL');
    assert.equal(await ended, 'SIGKILL');
    await assert.rejects(stat(path), { code: 'ENOENT' });
    const { stdout } = await there.command(['bundle', 'create', '--output', path]);
    const [, kept = '0'] = /behind ([\d.]+) MB/.exec(stdout) ?? [];
    assert.ok(Number(kept) >= 8, stdout);
    await assertIntact(path);
    assert.deepEqual(
      (await readdir(out())).filter((name) => !name.endsWith('.lock')),
      ['large.list.json', 'large.tar'],
    );
  });

  it('ends at Ctrl-C, and says how to go on', async () => {
    const { child, ended, errors } = start(there, 'create', '--output', out('large.tar'));
    const hasBegun = async () => (await stat(out('large.tar.partial'))).size > 5_000_000;
    await waitFor(() => hasBegun().catch(() => false), { what: 'it writes', interval: 5 });
    child.kill('SIGINT');
    assert.equal(await ended, '130', errors());
    assert.match(errors(), /interrupted: the same command goes on where this one was ended/);
    await there.command(['bundle', 'create', '--output', out('large.tar')]);
    const apply = start(here, 'apply', '--insecure-skip-signature', out('large.tar'));
    const isThere = async () => (await here.store.repositories.readTag(nameOf(0), '1')) !== undefined;
    await waitFor(isThere, { what: 'the first image is there', interval: 5 });
    apply.child.kill('SIGINT');
    assert.equal(await apply.ended, '130', apply.errors());
    assert.match(apply.errors(), /interrupted: images that were named as applied are there/);
    await assertSound(here);
  });

  it('goes on with an application that it was killed at; nothing is half visible meanwhile', async () => {
    await trust(there, here);
    await there.command(['bundle', 'create', '--output', out('large.tar')]);
    for (let round = 0; round < 2; round += 1) {
      const { child, ended } = start(here, 'apply', out('large.tar'));
      const wanted = nameOf(round * 3 + 1);
      const isThere = async () => (await here.store.repositories.readTag(wanted, '1')) !== undefined;
      await waitFor(isThere, { what: `${wanted} is there`, interval: 5 });
      child.kill('SIGKILL');
      assert.equal(await ended, 'SIGKILL');
      await assertSound(here);
    }
    const { stdout } = await here.command(['bundle', 'apply', out('large.tar')]);
    const [, changed = '', unchanged = ''] =
      /: (\d+) of 12 images applied, (\d+) unchanged; /.exec(stdout) ?? [];
    assert.ok(Number(changed) + Number(unchanged) === 12 && Number(unchanged) >= 5, stdout);
    for (const [number, image] of images.entries()) {
      assert.equal(await here.store.repositories.readTag(nameOf(number), '1'), image.manifest.digest);
    }
    await assertSound(here);
    for await (const { id } of here.store.uploads.stale(new Date(Date.now() + 60_000)))
      assert.fail(`${id} is left`);
  });

  it('writes volumes that sticks can hold, and reads them from wherever they are', async () => {
    await trust(there, here);
    await mkdir(join(here.root, 'stick'));
    const { stdout } = await there.command([
      'bundle',
      'create',
      '--output',
      out('large.tar'),
      '--split',
      '11M',
    ]);
    assert.match(stdout, /Written: \S+large\.tar\.000 and on, in 6 volumes/);
    const volumes = (await readdir(out())).filter(
      (name) => name.includes('.tar.') && !name.endsWith('.lock'),
    );
    assert.deepEqual(
      volumes,
      [0, 1, 2, 3, 4, 5].map((number) => `large.tar.00${number}`),
    );
    for (const name of volumes.slice(0, 5)) assert.equal((await stat(out(name))).size, 11_000_000);
    await assertIntact(out('large.tar'));
    // The last ones are on another stick.
    for (const name of volumes.slice(3)) {
      await copyFile(out(name), join(here.root, 'stick', name));
      await unlink(out(name));
    }
    const { stderr } = await here.command(['bundle', 'apply', out('large.tar.000')], [1]);
    assert.match(stderr, /large\.tar\.003 is not there\nhint: name the other volumes/);
    const others = volumes.slice(3).map((name) => join(here.root, 'stick', name));
    await here.command(['bundle', 'apply', out('large.tar.000'), ...others]);
    assert.equal(await here.store.repositories.readTag('library/large-11', '1'), images[11]?.manifest.digest);
    await assertSound(here);
  });

  it('goes on with volumes too', async () => {
    const { child, ended } = start(there, 'create', '--output', out('large.tar'), '--split', '11M');
    const isThere = async () => (await stat(out('large.tar.partial.002'))).size > 1_000_000;
    await waitFor(() => isThere().catch(() => false), { what: 'the third volume is begun', interval: 5 });
    child.kill('SIGKILL');
    await ended;
    const { stdout } = await there.command([
      'bundle',
      'create',
      '--output',
      out('large.tar'),
      '--split',
      '11M',
    ]);
    assert.match(stdout, /Going on where an earlier run was ended, behind (2\d|[3-5]\d)\.?\d* MB/);
    await assertIntact(out('large.tar'));
    assert.deepEqual(
      (await readdir(out())).filter((name) => name.includes('partial')),
      [],
    );
  });

  it('goes through a pipe', async () => {
    await trust(there, here);
    const pipe =
      '"$1" "$2" bundle create -o - --path "$3" --list "$5" | "$1" "$2" bundle apply - --path "$4"';
    const words = [process.execPath, MAIN, there.root, here.root, join(there.root, 'piped.list.json')];
    const { stdout, stderr } = await run('sh', ['-c', pipe, 'sh', ...words], {
      env: here.env,
      timeout: 60_000,
    });
    assert.match(stdout, /standard input: 12 of 12 images applied, 0 unchanged; 60\.\d MB were new/);
    assert.match(stderr, /Written: 12 images/);
    assert.equal(await here.store.repositories.readTag('library/large-03', '1'), images[3]?.manifest.digest);
    assert.ok((await stat(join(there.root, 'piped.list.json'))).size > 1000);
    await assertSound(here);
    const gone =
      '{ "$1" "$2" bundle create -o - --path "$3"; echo "ended with $?" >&2; } | head -c 1000000 >/dev/null';
    const broken = await run('sh', ['-c', gone, 'sh', ...words], { env: there.env });
    assert.match(broken.stderr, /whoever reads the bundle has gone[\s\S]*ended with 1/);
  });

  it('says that the disk is full, and goes on when there is room', { skip: notRoot }, async () => {
    await trust(there, here);
    await mkdir(out('full'));
    await run('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', out('full')]);
    const before = await there.command(['bundle', 'create', '--output', out('full', 'large.tar')], [1]);
    assert.match(
      before.stderr,
      /60\.\d MB are to be written, and \d+\.?\d* MB are free in \S+\nhint: make room there/,
    );
    const elsewhere = out('large.tar');
    await there.command(['bundle', 'create', '--output', elsewhere]);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', here.layout.registry]);
    const { stderr } = await here.command(['bundle', 'apply', elsewhere], [1]);
    assert.match(stderr, /60\.\d MB are to be stored, and \d+\.?\d* MB are free\nhint: make room/);
  });

  it('begins again when the mirror has changed, and when what is there is damaged', async () => {
    const path = out('large.tar');
    await there.command(['bundle', 'create', '--output', path]);
    const whole = await readFile(path);
    await unlink(path);
    await writeFile(`${path}.partial`, whole.subarray(0, 40_000_000));
    const file = await open(`${path}.partial`, 'r+');
    await file.write('damaged', 20_000_000);
    await file.close();
    const { stdout } = await there.command(['bundle', 'create', '--output', path]);
    const [, kept = '0'] = /behind ([\d.]+) MB/.exec(stdout) ?? [];
    assert.ok(Number(kept) > 14 && Number(kept) < 20, stdout);
    await assertIntact(path);
    await unlink(path);
    await writeFile(`${path}.partial`, whole.subarray(0, 40_000_000));
    await fillStore(there.store, smallImage('new'), { ...HUB, repository: 'library/new' });
    const again = await there.command(['bundle', 'create', '--output', path]);
    assert.match(again.stdout, /Beginning again: .*the mirror has changed since/);
    await assertIntact(path);
  });
});

function nameOf(number: number): string {
  return `library/large-${String(number).padStart(2, '0')}`;
}

/** As "bundle key" and "bundle trust" do it, which have their own test. */
async function trust(there: MirrorFolder, here: MirrorFolder): Promise<void> {
  const [from, to] = [there, here].map(({ layout }) => keyPlaces(layout.configFolder, layout.registry));
  if (from === undefined || to === undefined) return;
  await addTrusted(to, publicKeyOf(await ownKey(from)), 'there');
}

/** Reads all of a bundle, as "bundle show --verify" does. */
async function assertIntact(path: string): Promise<void> {
  const source = await openBundleFile(path, path, [], async () => false);
  const tape = new Tape(source, new AbortController().signal);
  assert.deepEqual(await verifyContent(tape, await openBundle(tape), () => undefined), []);
  await source.close();
}

async function assertSound(mirror: MirrorFolder): Promise<void> {
  assert.deepEqual((await auditStore(mirror.layout.registry)).problems, []);
}
