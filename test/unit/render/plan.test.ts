import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { layoutOf } from '#src/render/layout.js';
import { describeStep, planStart } from '#src/render/plan.js';

const layout = layoutOf('/m');
const everything = new Set(Object.values(layout));

describe('planStart', () => {
  it('makes everything in an empty place, folders before files, the mirror last', () => {
    const steps = planStart({ layout, existing: new Set(), running: false, config: 'a\nb\n' });
    assert.deepEqual(
      steps.map((step) => step.kind),
      [...Array(6).fill('make-folder'), 'create-file', 'create-file', 'start-mirror'],
    );
    assert.deepEqual(steps.map(describeStep).slice(-3), [
      'write /m/config/config.yml (2 lines)',
      'write /m/images/manifest.txt (3 lines)',
      'start the mirror in the background with /m/config/config.yml; its log is /m/logs/docker-mirror.log',
    ]);
  });

  it('plans nothing that is done', () => {
    assert.deepEqual(planStart({ layout, existing: everything, running: true, config: '' }), []);
  });

  it('only starts what is set up', () => {
    const steps = planStart({ layout, existing: everything, running: false, config: '' });
    assert.deepEqual(
      steps.map((step) => step.kind),
      ['start-mirror'],
    );
  });

  it('never touches a config.yml that is there', () => {
    const existing = new Set([layout.config]);
    const steps = planStart({ layout, existing, running: false, config: 'x' });
    assert.equal(
      steps.some((step) => step.kind === 'create-file' && step.path === layout.config),
      false,
    );
  });
});
