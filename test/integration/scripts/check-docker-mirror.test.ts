import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { Parts } from '../../parts/cleanup.js';
import { type Mirror, startMirror } from '../../parts/mirror.js';
import { lacking } from '../../parts/needs.js';
import { reservePort } from '../../parts/ports.js';
import { type TempFolder, tempFolder } from '../../parts/temp.js';
import { makeCertificate } from '../certificates.js';
import { type CheckOptions, check, pathOf, ROOT, silentPort, webPort, writeSettings } from './detection.js';

/** The whole of a look may take this long, milliseconds: two seconds, and what a busy machine adds to starting programs. */
const BOUND = 2_000 + 700;

const TYPES = [
  'ENABLE_DOCKER_MIRROR',
  'USE_DOCKER_MIRROR',
  'INSTALL_DOCKER_MIRROR',
  'DOCKER_MIRROR_REGISTRY_RUNNING',
  'DOCKER_MIRROR_EXISTS',
  'DOCKER_MIRROR_URL',
  'DOCKER_MIRROR_DIR',
  'IMAGE_EXISTS',
  'DOCKER_MIRROR_STATUS',
];

const SHELLS: Readonly<Record<string, readonly string[]>> = {
  dash: ['dash'],
  'busybox ash': ['busybox', 'sh'],
  bash: ['bash'],
};

describe('check-docker-mirror', {
  skip: lacking({ programs: ['curl', 'wget', 'busybox', 'dash', 'bash'] }),
}, () => {
  const parts = new Parts();
  const at = {} as { mirror: Mirror; folder: TempFolder; there: string; silent: number; closed: number };
  const clients: Record<string, string> = {};

  before(async () => {
    at.folder = parts.add(await tempFolder('dm-check'));
    at.there = at.folder.file('mirror');
    await mkdir(at.there);
    at.mirror = parts.add(await startMirror());
    at.silent = parts.add(await silentPort()).port;
    at.closed = await reservePort();
    const tools = Object.fromEntries(
      ['sed', 'tr', 'id', 'uname', 'readlink', 'timeout', 'cat'].map((tool) => [tool, `/usr/bin/${tool}`]),
    );
    const sed = {
      ...tools,
      sed: '/bin/sed',
      uname: '/bin/uname',
      cat: '/bin/cat',
      readlink: '/bin/readlink',
    };
    const busybox = Object.fromEntries(Object.keys(tools).map((tool) => [tool, '/bin/busybox']));
    const make = async (name: string, programs: Record<string, string>) => {
      clients[name] = parts.add(await pathOf(programs)).path;
    };
    await make('curl', { ...sed, curl: '/usr/bin/curl' });
    await make('wget', { ...sed, wget: '/usr/bin/wget' });
    await make('BusyBox wget', { ...busybox, wget: '/bin/busybox' });
    await make('neither', sed);
  });
  after(() => parts.close());

  /** Each state: whether the folder is there, and the port that is asked. */
  const states: Record<string, () => { path: string; port: number }> = {
    'no folder, nothing running': () => ({ path: at.folder.file('none'), port: at.closed }),
    'no folder, but a mirror on the port': () => ({ path: at.folder.file('none'), port: at.mirror.port }),
    stopped: () => ({ path: at.there, port: at.closed }),
    running: () => ({ path: at.there, port: at.mirror.port }),
    'a port that hangs': () => ({ path: at.there, port: at.silent }),
  };
  const runs = ['running', 'no folder, but a mirror on the port'];

  /** What CONTRACT says each type prints, and the exit status. */
  function expected(type: string, state: string): { out: RegExp; status: number } {
    const answers = runs.includes(state);
    const there = !state.startsWith('no folder');
    const { path, port } = (states[state] ?? assert.fail(state))();
    const told = (yes: boolean, words: readonly [string, string]) => ({
      out: new RegExp(`^${yes ? words[0] : words[1]}\n$`),
      status: yes ? 0 : 1,
    });
    switch (type) {
      case 'ENABLE_DOCKER_MIRROR':
      case 'INSTALL_DOCKER_MIRROR':
        return told(true, ['y', 'n']);
      case 'USE_DOCKER_MIRROR':
      case 'DOCKER_MIRROR_REGISTRY_RUNNING':
        return told(answers, ['y', 'n']);
      case 'DOCKER_MIRROR_EXISTS':
        return told(answers && there, ['true', 'false']);
      case 'IMAGE_EXISTS':
        return told(false, ['true', 'false']);
      case 'DOCKER_MIRROR_URL':
        return answers
          ? { out: new RegExp(`^http://localhost:${port}\n$`), status: 0 }
          : { out: /^$/, status: 1 };
      case 'DOCKER_MIRROR_DIR':
        return there ? { out: new RegExp(`^${path}\n$`), status: 0 } : { out: /^$/, status: 1 };
      default:
        return {
          out: new RegExp(
            [
              '^Docker mirror\n',
              there ? `  folder: +${path}\n` : `  folder: +${path} is not there\n`,
              `  registry: +${answers ? 'running' : state === 'a port that hangs' ? 'cannot be told' : 'not running'}\n`,
              answers ? `  accessible: yes, at http://localhost:${port}\n` : '  accessible: no, .*\n',
              '  to (do|use it): .*\n$',
            ].join(''),
          ),
          status: answers && there ? 0 : 1,
        };
    }
  }

  async function expect(type: string, state: string, options: CheckOptions = {}): Promise<void> {
    const { path, port } = (states[state] ?? assert.fail(state))();
    const words = type === 'IMAGE_EXISTS' ? [type, 'ubuntu'] : [type];
    const env = { DOCKER_MIRROR_PATH: path, DOCKER_REGISTRY_PORT: String(port) };
    const { out, err, status, milliseconds } = await check(words, { ...options, env });
    const wanted = expected(type, state);
    const about = `${type}, ${state}: ${out}${err}`;
    assert.match(out, wanted.out, about);
    assert.equal(status, wanted.status, about);
    assert.ok(milliseconds < BOUND, `${about}: ${milliseconds} ms`);
  }

  for (const [shell, words] of Object.entries(SHELLS)) {
    it(`prints what it shall for every type in every state, under ${shell}`, async () => {
      for (const state of Object.keys(states))
        await Promise.all(TYPES.map((type) => expect(type, state, { shell: words })));
    });

    for (const client of ['curl', 'wget', 'BusyBox wget']) {
      it(`sees a mirror that answers, one that is down and one that hangs, with ${client} under ${shell}`, async () => {
        const options = { shell: words, path: clients[client] ?? '' };
        for (const state of ['running', 'stopped', 'a port that hangs']) {
          const types = ['USE_DOCKER_MIRROR', 'DOCKER_MIRROR_STATUS', 'IMAGE_EXISTS'];
          await Promise.all(types.map((type) => expect(type, state, options)));
        }
      });
    }
  }

  it('says that it cannot see without curl and wget', async () => {
    const env = { DOCKER_REGISTRY_PORT: String(at.mirror.port), DOCKER_MIRROR_PATH: at.there };
    const path = clients['neither'] ?? '';
    for (const [type, out] of [
      ['USE_DOCKER_MIRROR', 'n\n'],
      ['DOCKER_MIRROR_EXISTS', 'false\n'],
      ['DOCKER_MIRROR_URL', ''],
    ] as const) {
      const told = await check([type], { env, path });
      assert.deepEqual([told.out, told.status], [out, 1]);
      assert.match(told.err, /neither curl nor wget is here/);
    }
  });

  it('does not take what is no registry for one', async () => {
    const others = [
      await webPort(200),
      await webPort(403, { Server: 'AirTunes/1.0' }),
      await webPort(500, { 'Docker-Distribution-Api-Version': 'registry/2.0' }),
    ].map((part) => parts.add(part));
    for (const { port } of others) {
      for (const client of ['curl', 'wget', 'BusyBox wget']) {
        const env = { DOCKER_REGISTRY_PORT: String(port) };
        const told = await check(['DOCKER_MIRROR_URL'], { env, path: clients[client] ?? '' });
        assert.deepEqual([told.out, told.status], ['', 1], client);
        assert.match(told.err, /is no registry/);
      }
    }
  });

  it('takes a mirror that asks for a password for running', async () => {
    const header = {
      'Docker-Distribution-Api-Version': 'registry/2.0',
      'WWW-Authenticate': 'Basic realm="x"',
    };
    const { port } = parts.add(await webPort(401, header));
    for (const client of ['curl', 'wget', 'BusyBox wget']) {
      const options = { env: { DOCKER_REGISTRY_PORT: String(port) }, path: clients[client] ?? '' };
      assert.equal((await check(['USE_DOCKER_MIRROR'], options)).out, 'y\n', client);
      const image = await check(['IMAGE_EXISTS', 'ubuntu'], options);
      assert.deepEqual([image.out, image.status], ['false\n', 1], client);
      assert.match(image.err, /asks for a password/);
    }
  });

  it('finds it by TLS, whoever has signed its certificate', {
    skip: lacking({ programs: ['openssl'] }),
  }, async () => {
    const made = await makeCertificate(at.folder.path, 'check');
    const ca = await readFile(made.certificate, 'utf8');
    const secure = parts.add(await startMirror({ tls: { ...made, ca } }));
    const file = await writeSettings(at.folder.file('tls', '.config'), [
      `CONFIG_DOCKER_MIRROR_PORT=${secure.port}`,
      '# CONFIG_DOCKER_MIRROR_TLS_NONE is not set',
      'CONFIG_DOCKER_MIRROR_TLS_FILES=y',
    ]);
    for (const client of ['curl', 'wget']) {
      const told = await check(['DOCKER_MIRROR_URL'], {
        env: { KCONFIG_CONFIG: file },
        path: clients[client] ?? '',
      });
      assert.equal(told.out, `https://localhost:${secure.port}\n`, `${client}: ${told.err}`);
    }
  });

  it('goes to the mirror directly, whatever proxy the environment has', async () => {
    const env = {
      DOCKER_REGISTRY_PORT: String(at.mirror.port),
      http_proxy: `http://127.0.0.1:${at.closed}`,
      ALL_PROXY: `http://127.0.0.1:${at.closed}`,
    };
    for (const client of ['curl', 'wget', 'BusyBox wget'])
      assert.equal((await check(['USE_DOCKER_MIRROR'], { env, path: clients[client] ?? '' })).out, 'y\n');
  });

  describe('reads the settings', () => {
    async function settings(name: string, lines: readonly string[]): Promise<Record<string, string>> {
      return { KCONFIG_CONFIG: await writeSettings(at.folder.file(name, '.config'), lines) };
    }

    it('for the port and the folder, where the environment says nothing', async () => {
      const lines = [
        `CONFIG_DOCKER_MIRROR_PORT=${at.mirror.port}`,
        `CONFIG_DOCKER_MIRROR_PATH="${at.there}"`,
      ];
      for (const end of ['', '\r']) {
        const env = await settings(
          `plain${end.length}`,
          lines.map((line) => line + end),
        );
        assert.equal(
          (await check(['DOCKER_MIRROR_URL'], { env })).out,
          `${at.mirror.url.replace('127.0.0.1', 'localhost')}\n`,
        );
        assert.equal((await check(['DOCKER_MIRROR_DIR'], { env })).out, `${at.there}\n`);
        const asked = {
          ...env,
          DOCKER_REGISTRY_PORT: String(at.closed),
          DOCKER_MIRROR_PATH: '/nonexistent/x',
        };
        assert.equal((await check(['DOCKER_MIRROR_URL'], { env: asked })).out, '');
        assert.equal((await check(['DOCKER_MIRROR_DIR'], { env: asked })).out, '');
      }
    });

    it('with quotes and backslashes in them', async () => {
      const odd = at.folder.file('a "strange" \\ folder');
      await mkdir(odd, { recursive: true });
      const quoted = odd.replace(/["\\]/g, '\\$&');
      const env = await settings('odd', [`CONFIG_DOCKER_MIRROR_PATH="${quoted}"`]);
      for (const shell of Object.values(SHELLS))
        assert.equal((await check(['DOCKER_MIRROR_DIR'], { env, shell })).out, `${odd}\n`);
    });

    it('for what is turned off, but not for the defaults of just that', async () => {
      const port = `CONFIG_DOCKER_MIRROR_PORT=${at.mirror.port}`;
      for (const [line, use, install, enable] of [
        ['# CONFIG_USE_DOCKER_MIRROR is not set', 'y', 'y', 'y'],
        ['CONFIG_USE_DOCKER_MIRROR=y', 'y', 'y', 'y'],
        ['# CONFIG_INSTALL_DOCKER_MIRROR is not set', 'y', 'n', 'y'],
        ['# CONFIG_ENABLE_DOCKER_MIRROR is not set', 'n', 'n', 'n'],
      ] as const) {
        const env = await settings('use', [line, port]);
        const of = async (...words: string[]) => (await check(words, { env })).out.trim();
        assert.equal(await of('USE_DOCKER_MIRROR'), use, line);
        assert.equal(await of('INSTALL_DOCKER_MIRROR'), install, line);
        assert.equal(await of('ENABLE_DOCKER_MIRROR'), enable, line);
        for (const type of ['USE', 'INSTALL', 'ENABLE'])
          assert.equal(await of('--kconfig', `${type}_DOCKER_MIRROR`), 'y', line);
      }
    });

    it('for another address than localhost, and the URL that clients use', async () => {
      const listed = await settings('listed', [
        `CONFIG_DOCKER_MIRROR_PORT=${at.mirror.port}`,
        'CONFIG_DOCKER_MIRROR_LISTEN_LISTED=y',
        'CONFIG_DOCKER_MIRROR_LISTEN_ADDRESSES="127.0.0.1 192.0.2.1"',
      ]);
      assert.equal(
        (await check(['DOCKER_MIRROR_URL'], { env: listed })).out,
        `http://localhost:${at.mirror.port}\n`,
      );
      const public_ = await settings('url', [
        `CONFIG_DOCKER_MIRROR_PORT=${at.closed}`,
        `CONFIG_DOCKER_MIRROR_URL="http://127.0.0.1:${at.mirror.port}/"`,
      ]);
      assert.equal(
        (await check(['DOCKER_MIRROR_URL'], { env: public_ })).out,
        `http://127.0.0.1:${at.mirror.port}\n`,
      );
      const gone = await settings('gone', [
        `CONFIG_DOCKER_MIRROR_PORT=${at.mirror.port}`,
        `CONFIG_DOCKER_MIRROR_URL="http://127.0.0.1:${at.silent}"`,
      ]);
      const told = await check(['DOCKER_MIRROR_URL'], { env: gone });
      assert.equal(told.out, `http://localhost:${at.mirror.port}\n`);
      assert.ok(told.milliseconds < BOUND);
    });

    it('and finds a mirror that was started on another port than that of the settings', async () => {
      const folder = at.folder.file('kept');
      await mkdir(`${folder}/config`, { recursive: true });
      await writeFile(
        `${folder}/config/config.yml`,
        `version: 0.1\nhttp:\n  # where\n  addr: "localhost:${at.mirror.port}"\nmirror:\n  addr: nonsense\n`,
      );
      const env = {
        DOCKER_MIRROR_PATH: folder,
        ...(await settings('kept', [`CONFIG_DOCKER_MIRROR_PORT=${at.closed}`])),
      };
      for (const shell of Object.values(SHELLS))
        assert.equal(
          (await check(['DOCKER_MIRROR_URL'], { env, shell })).out,
          `http://localhost:${at.mirror.port}\n`,
        );
      // One that is down is not taken for another one that has the port of the settings.
      await writeFile(`${folder}/config/config.yml`, `http:\n  addr: :${at.closed}\n`);
      const down = { ...env, ...(await settings('down', [`CONFIG_DOCKER_MIRROR_PORT=${at.mirror.port}`])) };
      assert.equal((await check(['USE_DOCKER_MIRROR'], { env: down })).out, 'n\n');
      for (const unusable of [
        'http:\n  addr: nonsense\n',
        'http:\n  addr: "[::1]"\n',
        'version: 0.1\n',
        '',
      ]) {
        await writeFile(`${folder}/config/config.yml`, unusable);
        assert.equal((await check(['USE_DOCKER_MIRROR'], { env: down })).out, 'y\n', unusable);
      }
    });
  });

  describe('is used as documented:', () => {
    it('wrong usage is told, with status 2, and is n for Kconfig', async () => {
      for (const words of [
        [],
        ['NO_TYPE'],
        ['--no-option', 'USE_DOCKER_MIRROR'],
        ['USE_DOCKER_MIRROR', 'more'],
        ['IMAGE_EXISTS'],
        ['IMAGE_EXISTS', 'a', 'b'],
        ['USE_DOCKER_MIRROR', '--github-output'],
      ]) {
        const told = await check(words);
        assert.deepEqual([told.out, told.status], ['', 2], words.join(' '));
        assert.match(told.err, /^check-docker-mirror: .*\ncheck-docker-mirror: hint: .*--help/);
        const forKconfig = await check([...words, '--kconfig']);
        assert.deepEqual([forKconfig.out, forKconfig.status], ['n\n', 0], words.join(' '));
      }
      for (const port of ['0', '65536', 'http', '-1', '5000x', '99999999999999999999']) {
        const told = await check(['USE_DOCKER_MIRROR'], { env: { DOCKER_REGISTRY_PORT: port } });
        assert.deepEqual([told.out, told.status], ['', 2], port);
      }
      const told = await check(['DOCKER_MIRROR_DIR'], { env: { DOCKER_MIRROR_PATH: '/tmp\nx=y' } });
      assert.deepEqual([told.out, told.status], ['', 2]);
    });

    it('--help prints the types', async () => {
      const { out, status } = await check(['--help']);
      assert.equal(status, 0);
      for (const type of TYPES) assert.match(out, new RegExp(`^  ${type}\\b`, 'm'));
    });

    it('--kconfig always has status 0', async () => {
      const env = { DOCKER_REGISTRY_PORT: String(at.closed) };
      const told = await check(['--kconfig', 'USE_DOCKER_MIRROR'], { env });
      assert.deepEqual([told.out, told.status], ['n\n', 0]);
    });

    it('--github-output appends to the file of the step', async () => {
      const file = at.folder.file('github-output');
      await writeFile(file, 'before=1\n');
      const env = {
        GITHUB_OUTPUT: file,
        DOCKER_REGISTRY_PORT: String(at.mirror.port),
        DOCKER_MIRROR_PATH: at.there,
      };
      assert.equal((await check(['--github-output', 'DOCKER_MIRROR_EXISTS'], { env })).out, 'true\n');
      await check(['DOCKER_MIRROR_URL', '--github-output'], { env });
      const told = await check(['IMAGE_EXISTS', 'a', '--github-output'], { env });
      assert.equal(told.status, 1);
      assert.equal(
        await readFile(file, 'utf8'),
        [
          'before=1',
          'docker_mirror_exists<<end-of-docker_mirror_exists',
          'true',
          'end-of-docker_mirror_exists',
          'docker_mirror_url<<end-of-docker_mirror_url',
          `http://localhost:${at.mirror.port}`,
          'end-of-docker_mirror_url',
          'image_exists<<end-of-image_exists',
          'false',
          'end-of-image_exists',
          '',
        ].join('\n'),
      );
    });

    it('it works through links, from any folder, and under its other name', async () => {
      const tree = at.folder.file('copied');
      await mkdir(`${tree}/scripts`, { recursive: true });
      await mkdir(`${tree}/bin`);
      for (const name of ['check-docker-mirror', 'check_docker_mirror.sh'])
        await copyFile(`${ROOT}/scripts/${name}`, `${tree}/scripts/${name}`);
      await writeSettings(`${tree}/.config`, [`CONFIG_DOCKER_MIRROR_PORT=${at.mirror.port}`]);
      await symlink('../scripts/check_docker_mirror.sh', `${tree}/bin/one`);
      await symlink(`${tree}/bin/one`, `${tree}/bin/two`);
      const env = { KCONFIG_CONFIG: '' };
      const url = `http://localhost:${at.mirror.port}\n`;
      for (const [script, cwd] of [
        [`${tree}/scripts/check-docker-mirror`, '/'],
        ['check-docker-mirror', `${tree}/scripts`],
        ['scripts/check_docker_mirror.sh', tree],
        [`${tree}/bin/two`, '/'],
      ] as const) {
        for (const shell of Object.values(SHELLS))
          assert.equal((await check(['DOCKER_MIRROR_URL'], { env, script, cwd, shell })).out, url, script);
      }
    });
  });
});

describe('the shell scripts', { skip: lacking({ programs: ['shellcheck'] }) }, () => {
  it('are without a remark of shellcheck', async () => {
    const names = [
      'check-docker-mirror',
      'check_docker_mirror.sh',
      'docker-mirror-setup.sh',
      'mirror-docker-images.sh',
      'docker-mirror-status',
    ];
    const scripts = names.map((name) => `scripts/${name}`);
    const told = await check(scripts, { shell: ['/usr/bin/shellcheck'], script: '-x', cwd: ROOT });
    assert.deepEqual([told.out, told.status], ['', 0]);
  });
});
