import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatOf, mayHoldImages } from '#src/images/scan/format-of.js';

const POD = 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: a\n';
const SERVICES = 'services:\n  web:\n    image: a\n';
const PLAY = '- hosts: all\n  tasks:\n    - docker_container:\n        image: a\n';

/** What each file is; an empty name: nothing. */
const CASES: readonly (readonly [path: string, text: string, format: string])[] = [
  ['/p/compose.yaml', '', 'compose'],
  ['/p/docker-compose.override.yml', '', 'compose'],
  ['/p/compose.prod.yml', '', 'compose'],
  ['/p/db.compose.yml', '', 'compose'],
  ['/p/stack.yml', SERVICES, 'compose'],
  ['/p/composer.yml', 'image: x\n', ''],
  ['/p/pod.yaml', POD, 'kubernetes'],
  ['/p/pod.json', '{"apiVersion": "v1", "kind": "Pod", "image": 1}', 'kubernetes'],
  ['/p/package.json', '{"name": "image"}', ''],
  ['/p/kustomization.yaml', '', 'kustomize'],
  ['/p/Kustomization', '', 'kustomize'],
  ['/p/Chart.yaml', '', 'helm-chart'],
  ['/p/values.yaml', 'image: a\n', 'helm-values'],
  ['/p/values-prod.yaml', 'image: a\n', 'helm-values'],
  ['/p/prod.values.yml', 'image: a\n', 'helm-values'],
  ['/p/templates/a/pod.yaml', 'x: {{ .Values.x }}\n', 'helm-template'],
  ['/p/templates/pod.yaml', POD, 'kubernetes'],
  ['/p/other/pod.yaml', `${POD}x: {{ .Values.x }}\n`, 'kubernetes'],
  ['/p/Dockerfile', '', 'dockerfile'],
  ['/p/Dockerfile.dev', '', 'dockerfile'],
  ['/p/web.dockerfile', '', 'dockerfile'],
  ['/p/Containerfile', '', 'dockerfile'],
  ['/p/Dockerfile.dockerignore', '', ''],
  ['/p/Dockerfile.md', '', ''],
  ['/p/dockerfile.ts', '', ''],
  ['/p/site.yml', PLAY, 'ansible'],
  ['/p/roles/a/tasks/main.yml', '- containers.podman.podman_container:\n    image: a\n', 'ansible'],
  ['/p/roles/a/tasks/other.yml', '- debug:\n    msg: docker_container\n', ''],
  ['/p/.github/workflows/ci.yml', '', 'github-actions'],
  ['/p/.github/dependabot.yml', 'image: a\n', ''],
  ['/p/action.yml', '', 'github-actions'],
  ['/p/.gitlab-ci.yml', '', 'gitlab-ci'],
  ['/p/ci/test.gitlab-ci.yml', '', 'gitlab-ci'],
  ['/p/.gitlab/ci/a/test.yml', '', 'gitlab-ci'],
  ['/p/Kconfig', '', 'kconfig'],
  ['/p/Kconfig.images', '', 'kconfig'],
  ['/p/images.kconfig', '', 'kconfig'],
  ['/p/.config', '', 'kconfig-values'],
  ['/p/lab_defconfig', '', 'kconfig-values'],
  ['/p/web.service', '', 'systemd'],
  ['/p/web.service.d/local.conf', '', 'systemd'],
  ['/p/web.container', '', 'systemd'],
  ['/p/.devcontainer/devcontainer.json', '', 'devcontainer'],
  ['/p/.devcontainer.json', '', 'devcontainer'],
  ['/p/main.tf', '', 'terraform'],
  ['/p/main.tofu', '', 'terraform'],
  ['/p/main.ts', POD, ''],
  ['/p/README.md', SERVICES, ''],
];

describe('the format of a file', () => {
  for (const [path, text, format] of CASES) {
    it(`${path} with "${text.split('\n')[0]}": ${format || 'none'}`, () => {
      assert.equal(formatOf(path, text)?.name ?? '', format);
      if (format !== '') assert.ok(mayHoldImages(path), 'it is opened');
    });
  }

  it('need not be found out by opening what has no such name', () => {
    for (const path of ['/p/main.ts', '/p/image.png', '/p/Makefile', '/p/dockerfile.ts', '/p/notes.txt']) {
      assert.equal(mayHoldImages(path), false, path);
    }
  });
});
