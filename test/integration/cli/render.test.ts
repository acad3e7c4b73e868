import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { type RunResult, run } from '#src/host/exec.js';
import { MAIN } from '../../parts/mirror.js';
import { tempFolder } from '../../parts/temp.js';

function render(cwd: string, ...args: string[]): Promise<RunResult> {
  return run(process.execPath, [MAIN, 'render', ...args], { cwd, accept: [1, 2] });
}

describe('docker-mirror render', () => {
  it('writes a file, and never over another one unless it is told to', async () => {
    await using folder = await tempFolder();
    const file = folder.file('daemon.json');
    const args = ['dind', '--url', 'http://10.0.0.5:5000', '--output', 'daemon.json'];
    assert.match((await render(folder.path, ...args)).stdout, /daemon\.json is written/);
    const made = await readFile(file, 'utf8');
    assert.deepEqual(JSON.parse(made), {
      'registry-mirrors': ['http://10.0.0.5:5000'],
      'insecure-registries': ['10.0.0.5:5000'],
    });
    assert.equal((await render(folder.path, ...args)).exitCode, 0);
    await writeFile(file, 'mine');
    const refused = await render(folder.path, ...args);
    assert.equal(refused.exitCode, 1);
    assert.match(refused.stderr, /is there already/);
    assert.equal(await readFile(file, 'utf8'), 'mine');
    assert.equal((await render(folder.path, ...args, '--force')).exitCode, 0);
    assert.equal(await readFile(file, 'utf8'), made);
  });

  it('writes the hook of libvirt as a program that the shell takes, with this mirror in it', async () => {
    await using folder = await tempFolder();
    const args = ['libvirt-hook', '--path', "/srv/the lab's mirror", '--output', 'qemu'];
    assert.equal((await render(folder.path, ...args)).exitCode, 0);
    assert.equal((await stat(folder.file('qemu'))).mode & 0o777, 0o755);
    assert.ok((await readFile(folder.file('qemu'), 'utf8')).includes(`path='/srv/the lab'\\''s mirror'`));
    await run('sh', ['-n', folder.file('qemu')]);
  });

  it('refuses what would make no sense in a file, and an address that only this host has', async () => {
    for (const args of [
      ['vagrant', '--ip', '192.168.99'],
      ['vagrant', '--ip', "1.2.3.4'; exit"],
      ['vagrant', '--port', '70000'],
      ['vagrant', '--memory', '1.5'],
      ['vagrant', '--box', 'a\nb'],
      ['compose', '--port', '0'],
      ['dind', '--url', 'http://127.0.0.1:5000'],
      ['cloud-init', '--url', 'https://mirror.lab', '--ca', 'nothing.pem'],
      ['cloud-init', '--url', 'http://user:secret@mirror.lab'],
    ]) {
      const { exitCode, stdout, stderr } = await render('/', ...args);
      assert.equal(exitCode, 2, args.join(' '));
      assert.equal(stdout, '');
      assert.doesNotMatch(stderr, /secret/);
    }
  });
});
