import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withConfigPath } from '#src/render/clients/containerd-config.js';
import { ClientFileError } from '#src/render/clients/errors.js';

const FOLDER = '/etc/containerd/certs.d';

describe('config_path in config.toml', () => {
  it('is set in a file of its own when there is none', () => {
    const made =
      'version = 2\n\n[plugins."io.containerd.grpc.v1.cri".registry]\n  config_path = "/etc/containerd/certs.d"\n';
    assert.deepEqual(withConfigPath(undefined), { folder: FOLDER, text: made });
    assert.deepEqual(withConfigPath('# nothing yet\n'), { folder: FOLDER, text: `# nothing yet\n${made}` });
    assert.deepEqual(withConfigPath(made), { folder: FOLDER, text: made });
  });

  it('is set where it is empty, in the section of each version of the format', () => {
    for (const [version, plugin] of [
      ['', 'cri'],
      ['version = 2\n', '"io.containerd.grpc.v1.cri"'],
      ['version = 3\n', "'io.containerd.cri.v1.images'"],
    ]) {
      const text = `${version}[plugins.${plugin}.registry]\n      config_path = ''   # none\n      x = 1\n`;
      const changed = text.replace("''", '"/etc/containerd/certs.d"');
      assert.deepEqual(withConfigPath(text), { folder: FOLDER, text: changed });
    }
  });

  it('is set by one line in a section without it, and by a section at the end where there is none', () => {
    const head = 'version = 2\r\n  [plugins."io.containerd.grpc.v1.cri".registry]\r\n';
    assert.equal(
      withConfigPath(`${head}    x = 1\r\n`).text,
      `${head}    config_path = "/etc/containerd/certs.d"\r\n    x = 1\r\n`,
    );
    assert.equal(
      withConfigPath('version = 3\n[a]\nb = 1').text,
      'version = 3\n[a]\nb = 1\n\n[plugins."io.containerd.cri.v1.images".registry]\n  config_path = "/etc/containerd/certs.d"\n',
    );
    assert.match(withConfigPath('root = "/x"\n').text ?? '', /\[plugins\.cri\.registry\]/);
  });

  it('is kept when somebody chose another folder', () => {
    const text =
      'version = 2\n[plugins."io.containerd.grpc.v1.cri".registry]\nconfig_path = "/etc/docker/certs.d:/etc/x"\n';
    assert.deepEqual(withConfigPath(text), { folder: '/etc/docker/certs.d', text });
  });

  it("is nobody's business where the plugin is off", () => {
    const text = 'version = 2\ndisabled_plugins = ["cri"]\n';
    assert.equal(withConfigPath(text).text, text);
  });

  it('is not forced upon what a line cannot change', () => {
    for (const text of [
      'version = 2\n[plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]\nendpoint = []\n',
      'version = 2\n[plugins."io.containerd.grpc.v1.cri"]\nregistry = { config_path = "" }\n',
      'version = 7\n',
    ]) {
      assert.throws(() => withConfigPath(text), ClientFileError, text);
    }
  });
});
