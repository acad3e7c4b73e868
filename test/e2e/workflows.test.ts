import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { asPart, Parts } from '../parts/cleanup.js';
import { DOCKERD_PROGRAMS, type Dockerd, startDockerd } from '../parts/dockerd.js';
import { blobsOf, smallImage } from '../parts/images.js';
import { type Mirror, startMirror } from '../parts/mirror.js';
import { lacking } from '../parts/needs.js';
import { startScriptedRegistry } from '../parts/scripted-registry.js';
import { type TempFolder, tempFolder } from '../parts/temp.js';
import { blocksOf } from './documentation.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PAGE = 'docs/workflows.md';

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** A step of a job of GitHub Actions, as far as the example uses them. */
interface ActionStep {
  readonly id?: string;
  readonly if?: string;
  readonly run: string;
}

const missing = lacking({
  programs: [...DOCKERD_PROGRAMS, 'ansible-playbook', 'make', 'bash', 'curl'],
  root: true,
});

/** The examples of docs/workflows.md, each run as its readers run it: with a mirror, a Docker engine, and without the mirror. */
describe('the examples for workflows', { skip: missing }, () => {
  const parts = new Parts();
  const at = {} as {
    mirror: Mirror;
    docker: Dockerd;
    folder: TempFolder;
    blocks: ReturnType<typeof blocksOf>;
  };

  before(async () => {
    at.folder = parts.add(await tempFolder('dm-flow'));
    const hub = await startScriptedRegistry();
    parts.add(asPart(() => hub.close()));
    const image = smallImage('postgres');
    for (const [repository, tag] of [
      ['library/postgres', '16'],
      ['owner/app', '1'],
    ] as const) {
      for (const { bytes } of blobsOf(image)) hub.library.addBlob(repository, bytes);
      hub.library.addManifest(repository, image.manifest.bytes, tag, image.manifest.mediaType);
    }
    const upstreams = ['docker.io', 'ghcr.io'].map((host) => ({ host, endpoint: hub.origin }));
    at.mirror = parts.add(await startMirror({ upstreams }));
    at.docker = parts.add(await startDockerd());
    await mkdir(at.folder.file('mirror', 'config'), { recursive: true });
    await symlink(at.mirror.config, at.folder.file('mirror', 'config', 'config.yml'));
    at.blocks = blocksOf(PAGE, await readFile(join(ROOT, PAGE), 'utf8'));
  });
  after(() => parts.close());

  const address = () => `localhost:${at.mirror.port}`;

  function block(language: string, mark: RegExp): string {
    const found = at.blocks.filter((each) => each.language === language && mark.test(each.text));
    assert.equal(found.length, 1, `${language} ${mark}`);
    return found[0]?.text ?? '';
  }

  function run(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ran> {
    const environment = {
      PATH: process.env['PATH'] ?? '',
      HOME: at.folder.path,
      LC_ALL: 'C.UTF-8',
      KCONFIG_CONFIG: at.folder.file('none', '.config'),
      DOCKER_MIRROR: ROOT,
      DOCKER_MIRROR_PATH: at.folder.file('mirror'),
      DOCKER_HOST: at.docker.host,
      ...env,
    };
    return new Promise((resolve) => {
      execFile(
        program,
        args,
        { cwd: at.folder.path, env: environment, timeout: 120_000 },
        (error, out, err) =>
          resolve({
            status: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1,
            out,
            err,
          }),
      );
    });
  }

  async function images(): Promise<string[]> {
    const { stdout } = await at.docker.docker('images', '--format', '{{.Repository}}:{{.Tag}}');
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .sort();
  }

  it('Ansible pulls by the names of the mirror', async () => {
    const file = at.folder.file('playbook.yml');
    await writeFile(file, block('yaml', /ansible\.builtin/));
    const local = at.folder.file('ansible');
    const args = ['-i', 'localhost,', '-c', 'local', '-e', `docker_mirror=${ROOT}`, file];
    const ran = await run('ansible-playbook', args, {
      ANSIBLE_LOCAL_TEMP: local,
      ANSIBLE_REMOTE_TEMP: local,
      ANSIBLE_NOCOLOR: '1',
    });
    assert.equal(ran.status, 0, ran.out + ran.err);
    assert.match(ran.out, /failed=0/);
    assert.deepEqual(await images(), [`${address()}/ghcr.io/owner/app:1`, `${address()}/postgres:16`]);
    await at.docker.forgetImages();
  });

  /** As the runner does it: each `run` with `bash -e`, outputs from the file, expressions replaced before. */
  async function runJob(
    env: Record<string, string> = {},
  ): Promise<{ out: string; outputs: Map<string, string> }> {
    const workflow = parse(block('yaml', /runs-on/)) as { jobs: { test: { steps: ActionStep[] } } };
    const outputs = new Map<string, string>();
    let out = '';
    for (const [index, step] of workflow.jobs.test.steps.entries()) {
      const condition = /^steps\.(\S+)\.outputs\.(\S+) == '(.*)'$/.exec(step.if ?? '');
      assert.equal(condition === null, step.if === undefined, step.if);
      if (condition !== null && outputs.get(`${condition[1]}.${condition[2]}`) !== condition[3]) continue;
      const file = at.folder.file(`output-${index}`);
      await writeFile(file, '');
      const script = at.folder.file(`step-${index}.sh`);
      const text = step.run.replace(
        /\$\{\{ steps\.(\S+)\.outputs\.(\S+) \}\}/g,
        (_, id: string, name: string) => outputs.get(`${id}.${name}`) ?? '',
      );
      await writeFile(script, text);
      const ran = await run('bash', ['-e', script], { GITHUB_OUTPUT: file, ...env });
      out += ran.out;
      assert.equal(ran.status, 0, `${step.run}: ${ran.out}${ran.err}`);
      for (const [name, value] of outputsIn(await readFile(file, 'utf8')))
        outputs.set(`${step.id}.${name}`, value);
    }
    return { out, outputs };
  }

  it('a job of GitHub Actions pulls from the mirror', async () => {
    const { out, outputs } = await runJob();
    assert.equal(outputs.get('mirror.docker_mirror_exists'), 'true');
    assert.equal(outputs.get('image.name'), `${address()}/postgres:16`);
    assert.match(out, /images come from the mirror/);
    assert.deepEqual(await images(), [`${address()}/postgres:16`]);
    await at.docker.forgetImages();
  });

  it('make and a shell pull from the mirror', async () => {
    await writeFile(at.folder.file('Makefile'), block('make', /rewrite/));
    const made = await run('make', ['--no-print-directory', `DOCKER_MIRROR=${ROOT}`, 'pull']);
    assert.equal(made.status, 0, made.err);
    assert.deepEqual(await images(), [`${address()}/postgres:16`]);
    await at.docker.forgetImages();
    const shell = await run('bash', ['-euc', block('bash', /IMAGE_EXISTS/)]);
    assert.equal(shell.status, 0, shell.err);
    assert.match(shell.out, /postgres:16 is there/);
    assert.deepEqual(await images(), [`${address()}/postgres:16`]);
    await at.docker.forgetImages();
  });

  it('Kconfig has the mirror as a default', async () => {
    const text = block('kconfig', /check-docker-mirror/).replaceAll('/opt/docker-mirror/', ROOT);
    const file = at.folder.file('Kconfig');
    await writeFile(file, text);
    const get = ['config', 'get', 'USE_DOCKER_MIRROR', '--kconfig', file];
    const env = { KCONFIG_CONFIG: at.folder.file('kconfig.config') };
    const ran = await run(join(ROOT, 'scripts', 'docker-mirror'), get, env);
    assert.deepEqual([ran.out, ran.status], ['y\n', 0], ran.err);
  });

  it('without a mirror, names are what they were', async () => {
    await at.mirror.stop();
    // There is no way to the registries from here: what would be pulled is seen.
    const stub = at.folder.file('docker');
    await writeFile(stub, '#!/bin/sh\necho "docker $*"\n', { mode: 0o755 });
    const PATH = `${at.folder.path}:${process.env['PATH']}`;
    const { out, outputs } = await runJob({ PATH });
    assert.equal(outputs.get('mirror.docker_mirror_exists'), 'false');
    assert.match(out, /docker pull postgres:16\n/);
    assert.doesNotMatch(out, /come from the mirror/);
    const made = await run('make', ['--no-print-directory', `DOCKER_MIRROR=${ROOT}`, 'pull'], { PATH });
    assert.match(made.out, /^docker pull postgres:16$/m);
  });
});

/** The outputs in the file of a step: `NAME=VALUE`, or `NAME<<END` and lines up to END. */
function outputsIn(text: string): [string, string][] {
  const outputs: [string, string][] = [];
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const long = /^(\w+)<<(.+)$/.exec(line);
    const short = /^(\w+)=(.*)$/.exec(line);
    if (long !== null) {
      const end = lines.indexOf(long[2] ?? '', index + 1);
      assert.ok(end > 0, `${line} has no end`);
      outputs.push([long[1] ?? '', lines.slice(index + 1, end).join('\n')]);
      index = end;
    } else if (short !== null) outputs.push([short[1] ?? '', short[2] ?? '']);
    else assert.equal(line, '');
  }
  return outputs;
}
