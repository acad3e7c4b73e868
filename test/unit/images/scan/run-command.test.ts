import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { imageOfCommand } from '#src/images/scan/formats/run-command.js';
import { shellWords } from '#src/images/scan/text/shell-words.js';

function imageOf(command: string): string | undefined {
  return imageOfCommand(shellWords(command, 0))?.text;
}

describe('the image of a command line', () => {
  const cases: readonly (readonly [command: string, image: string | undefined])[] = [
    ['docker run nginx', 'nginx'],
    ['/usr/bin/podman run --rm -it --name web -p 80:80 nginx:1 nginx -g x', 'nginx:1'],
    ['docker run -p80:80 -e=A -itv /a:/b nginx', 'nginx'],
    ['docker --context lab -H tcp://x container create --init nginx', 'nginx'],
    ['docker image pull --quiet --platform linux/arm64 nginx', 'nginx'],
    ['docker run --read-only --tmpfs /run -- nginx', 'nginx'],
    ['docker run --label \'a b\' "nginx:1"', 'nginx:1'],
    ['docker run \\\n  --rm \\\n  nginx', 'nginx'],
    ['-/usr/bin/docker run nginx', 'nginx'],
    ['sudo -n env A=B docker run nginx', 'nginx'],
    ["/bin/bash -euc 'docker run --rm nginx && true'", 'nginx'],
    ['docker run', undefined],
    ['docker run --name web', undefined],
    ['docker stop web', undefined],
    ['docker exec web run nginx', undefined],
    ['echo docker run nginx', undefined],
    ['/usr/bin/mydocker run nginx', undefined],
    ['podman run --rootfs /srv/root sh', undefined],
    ['', undefined],
  ];
  for (const [command, image] of cases) {
    it(`${command.replaceAll('\n', ' ')}: ${image ?? 'none'}`, () => assert.equal(imageOf(command), image));
  }

  it('stands where it is said to stand', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('--rm', '-it', '-p 80:80', '"--name=a b"', '\\\n')), (options) => {
        const command = `docker run ${options.join('  ')} nginx:1 x`;
        const found = imageOfCommand(shellWords(command, 7));
        assert.equal(command.indexOf('nginx:1') + 7, found?.offset);
      }),
    );
  });
});
