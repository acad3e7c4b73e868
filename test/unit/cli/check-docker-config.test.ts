import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reading, refuseTwice } from '#src/cli/client/check-docker-config.js';
import type { DockerFacts } from '#src/cli/client/docker-facts.js';
import { CommandFailure } from '#src/cli/errors.js';
import { parseJsonText } from '#src/render/json-syntax.js';

function facts(...command: string[]): DockerFacts {
  return {
    places: {
      kind: 'engine',
      file: '/etc/docker/daemon.json',
      certificates: '/etc/docker/certs.d',
      host: 'unix:///var/run/docker.sock',
      pidFile: undefined,
    },
    info: undefined,
    process: { pid: 1, command },
    isUsual: true,
  };
}

describe('a daemon.json and the command line of dockerd', () => {
  const content = '{"registry-mirrors": ["http://x"]}';

  it('must not say the same, as dockerd would not start any more', () => {
    for (const words of [['--registry-mirror', 'http://y'], ['--registry-mirror=http://y']]) {
      assert.throws(
        () => refuseTwice(facts('dockerd', ...words), content),
        (error) => {
          assert.ok(error instanceof CommandFailure);
          assert.match(error.message, /--registry-mirror.*nothing was changed/);
          return true;
        },
      );
    }
    assert.throws(() => refuseTwice(facts('dockerd', '--insecure-registry=x'), '{"insecure-registries":[]}'));
  });

  it('may say different things', () => {
    refuseTwice(facts('dockerd', '--insecure-registry=x', '--debug'), content);
    refuseTwice(facts('dockerd'), content);
  });
});

describe('a file that cannot be read', () => {
  it('is named with the place', () => {
    assert.throws(() => reading('/a/daemon.json', () => parseJsonText('{\n  x')), {
      message: '/a/daemon.json:2:3: expected a key in double quotes; found "x"; nothing was changed',
    });
    assert.throws(
      () =>
        reading('/a', () => {
          throw new TypeError('another');
        }),
      TypeError,
    );
    assert.equal(
      reading('/a', () => 1),
      1,
    );
  });
});
