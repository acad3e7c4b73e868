import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withMadePart } from '#src/images/made-part.js';
import { parseImageList } from '#src/oci/image-list.js';
import { pinsOf } from '#src/oci/pins.js';

const DIGEST = `sha256:${'1'.repeat(64)}`;

describe('the pins of a list', () => {
  it('are of tags, whichever way an image is written', () => {
    const pin = pinsOf(
      parseImageList(`redis:7 pin\nghcr.io/a/b pin=${DIGEST}\nnginx:1\nx@${DIGEST}\nregistry tags=^2\n`)
        .images,
    );
    assert.equal(pin('docker.io', 'library/redis', '7'), true);
    assert.equal(pin('registry-1.docker.io', 'library/redis', '7'), true);
    assert.equal(pin('docker.io', 'library/redis', '8'), false);
    assert.equal(pin('GHCR.io', 'a/b', 'latest'), DIGEST);
    assert.equal(pin('docker.io', 'library/nginx', '1'), false);
    assert.equal(pin('docker.io', 'library/registry', 'latest'), false);
  });

  it('are those of the lines of the user, where the settings name the image too', () => {
    const text = `${withMadePart('', ['redis:7']).text}docker.io/library/redis:7 pin\n`;
    assert.equal(pinsOf(parseImageList(text).images)('docker.io', 'library/redis', '7'), true);
  });
});
