import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { renderTemplate, TemplateError } from '#src/render/template.js';
import { yamlScalar } from '#src/render/yaml-scalar.js';

describe('renderTemplate', () => {
  it('fails rather than leave a gap', () => {
    assert.throws(() => renderTemplate('config.yml.hbs', { logLevel: 'info' }, yamlScalar), TemplateError);
  });

  it('names a template that is not there', () => {
    assert.throws(() => renderTemplate('nothing.hbs', {}, yamlScalar), /nothing\.hbs/);
  });
});
