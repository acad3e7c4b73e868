import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { answers } from '../../parts/http.js';
import { MAIN } from '../../parts/mirror.js';
import { lacking } from '../../parts/needs.js';
import { reservePort } from '../../parts/ports.js';
import { startDaemon } from '../../parts/process.js';
import { tempFolder } from '../../parts/temp.js';

describe('serve, started by a socket', { skip: lacking({ programs: ['systemd-socket-activate'] }) }, () => {
  /** The first connection starts the mirror, with both sockets. @returns what it logged */
  async function serveOn(port: number, configured: number): Promise<string> {
    await using folder = await tempFolder('dm-activation');
    const config = folder.file('config.yml');
    const storage = `storage: {filesystem: {rootdirectory: ${folder.file('data')}}}`;
    await writeFile(config, `version: 0.1\n${storage}\nhttp: {addr: "localhost:${configured}"}\n`);
    const sockets = ['127.0.0.1', '[::1]'].flatMap((host) => ['-l', `${host}:${port}`]);
    const lines: string[] = [];
    await using daemon = await startDaemon({
      name: 'the mirror',
      program: 'systemd-socket-activate',
      args: [...sockets, process.execPath, MAIN, 'serve', config],
      ready: () => answers(`http://127.0.0.1:${port}/v2/`),
      onLine: (line) => lines.push(line),
    });
    assert.equal(await answers(`http://[::1]:${port}/v2/`), true);
    await daemon.stop();
    return lines.join('\n');
  }

  it('serves on the sockets it was given', async () => {
    const port = await reservePort();
    const log = await serveOn(port, port);
    assert.ok(log.includes(`["127.0.0.1:${port}","[::1]:${port}"]`), log);
    assert.doesNotMatch(log, /what the configuration says/);
  });

  it('says so when its configuration says something else', async () => {
    const [port, configured] = [await reservePort(), await reservePort()];
    const log = await serveOn(port, configured);
    assert.match(
      log,
      new RegExp(`listens on 127.0.0.1 port ${port}.*the configuration wants 127.0.0.1 port ${configured}`),
    );
  });
});
