import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { programRoot } from '#src/host/program-root.js';
import { composeFile, containerConfig, dockerfile } from '#src/render/guests/container.js';
import { parseEngineConfig } from '#src/settings/load-config.js';

const container = { port: 5005, upstreams: ['docker.io', 'ghcr.io', 'registry.example.com:5000'] };

describe('the mirror as a container', () => {
  it('has a configuration that it can be started with, with and without an account of Docker Hub', () => {
    const text = containerConfig(container);
    for (const [user, password] of [
      ['', ''],
      ['me', 'dckr_pat_x'],
    ]) {
      const env = { REGISTRY_PROXY_USERNAME: user, REGISTRY_PROXY_PASSWORD: password };
      const { config, warnings } = parseEngineConfig(text, 'config.yml', env);
      assert.deepEqual(warnings, []);
      assert.deepEqual(config.http.listen, { host: '', port: 5005 });
      assert.deepEqual(
        config.upstreams.map(({ host }) => host),
        container.upstreams,
      );
      assert.equal(config.upstreams[0]?.username, user === '' ? undefined : user);
      assert.equal(config.mirror.push, 'none');
    }
  });

  it('is made of nothing but its source and the image of Node.js', () => {
    const text = dockerfile(container);
    assert.deepEqual(
      [...text.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image),
      ['node:20-bookworm-slim', 'node:20-bookworm-slim'],
    );
    const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(
      ([, names]) => names?.split(' ') ?? [],
    );
    assert.ok(copied.length > 4);
    for (const name of copied) assert.ok(existsSync(join(programRoot(), name)), name);
    const [, main] = /^CMD \["node", "([^"]+)"/m.exec(text) ?? [];
    assert.ok(existsSync(join(programRoot(), main ?? 'nothing')));
  });

  it('writes just that configuration into its image', () => {
    const [, words] =
      /printf '%s\\n' (.+) >\/etc\/docker-mirror\/config\.yml$/m.exec(dockerfile(container)) ?? [];
    const written = execFileSync('sh', ['-c', `printf '%s\\n' ${words}`], { encoding: 'utf8' });
    assert.equal(written, containerConfig(container));
  });

  it('is described for compose, and no text of it is expanded there', () => {
    const text = composeFile({
      ...container,
      source: '/a $b',
      dockerfile: '/a $b/Dockerfile',
      data: '/d:$x',
    });
    const { services } = parse(text) as { services: { mirror: Record<string, unknown> } };
    assert.deepEqual(services.mirror['build'], { context: '/a $$b', dockerfile: '/a $$b/Dockerfile' });
    assert.deepEqual(services.mirror['volumes'], [
      { type: 'bind', source: '/d:$$x', target: '/mirror/docker' },
    ]);
    assert.doesNotMatch(text, /password: (?!\$)/i);
  });
});
