import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { run } from '#src/host/exec.js';
import { composeFile } from '#src/render/guests/container.js';
import { lacking } from '../../../parts/needs.js';
import { tempFolder } from '../../../parts/temp.js';

interface Composed {
  readonly services: {
    readonly mirror: {
      readonly environment: Record<string, string>;
      readonly build: { context: string };
      readonly volumes: readonly unknown[];
    };
  };
}

describe('the file for compose', { skip: lacking({ programs: ['docker-compose'] }) }, () => {
  for (const data of [undefined, '/srv/$images']) {
    it(`is taken by docker-compose, with what it stores in ${data ?? 'a volume'}`, async () => {
      await using folder = await tempFolder('dm-compose');
      const file = folder.file('compose.yaml');
      const composition = {
        port: 5005,
        upstreams: ['docker.io'],
        source: folder.path,
        dockerfile: 'Dockerfile',
        data,
      };
      await writeFile(file, composeFile(composition));
      const env = { DOCKER_HUB_USER: 'me', DOCKER_HUB_PASSWORD: 'p: $word' };
      const { stdout } = await run('docker-compose', ['-f', file, 'config'], { env });
      const { mirror } = (parse(stdout) as Composed).services;
      // It prints dollars as they would have to be written.
      assert.deepEqual(mirror.environment, {
        REGISTRY_PROXY_USERNAME: 'me',
        REGISTRY_PROXY_PASSWORD: 'p: $$word',
      });
      assert.equal(mirror.build.context, folder.path);
      assert.ok(
        JSON.stringify(mirror.volumes).includes(data === undefined ? 'data:/mirror' : '/srv/$$images'),
      );
    });
  }
});
