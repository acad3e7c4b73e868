import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { layoutOf } from '#src/render/layout.js';
import { describeStep, planStart, type StartFacts } from '#src/render/plan.js';

const layout = layoutOf('/m');
const everything = new Set(Object.values(layout));
const done: StartFacts = {
  layout,
  existing: everything,
  running: true,
  restart: false,
  config: { text: 'a\nb\n', standing: 'equal', force: false, isNoted: true },
  port: { kept: undefined, noted: undefined },
  list: { withSettings: (text) => `${text}made\n`, isOutdated: false },
};

function kindsOf(changes: Partial<StartFacts>): string[] {
  return planStart({ ...done, ...changes }).map(({ kind }) => kind);
}

describe('planStart', () => {
  it('makes everything in an empty place, folders before files, the mirror last', () => {
    const steps = planStart({
      ...done,
      existing: new Set(),
      running: false,
      config: { ...done.config, standing: 'missing' },
    });
    assert.deepEqual(
      steps.map((step) => step.kind),
      [...Array(6).fill('make-folder'), 'keep-record', 'create-file', 'create-file', 'start-mirror'],
    );
    assert.deepEqual(steps.map(describeStep).slice(-4), [
      'note in /m/run/made.json what is generated',
      'write /m/config/config.yml (2 lines)',
      'write /m/images/manifest.txt (5 lines)',
      'start the mirror in the background with /m/config/config.yml; its log is /m/logs/docker-mirror.log',
    ]);
  });

  it('plans nothing that is done', () => {
    assert.deepEqual(kindsOf({}), []);
    assert.deepEqual(kindsOf({ running: false }), ['start-mirror']);
  });

  it('renders an outdated config.yml anew, and starts a mirror that runs again', () => {
    const config = { ...done.config, standing: 'outdated' } as const;
    assert.deepEqual(kindsOf({ config }), ['stop-mirror', 'keep-record', 'replace-file', 'start-mirror']);
    assert.deepEqual(kindsOf({ config, running: false }), ['keep-record', 'replace-file', 'start-mirror']);
  });

  it('touches a config.yml that was changed by hand only by force, and keeps it', () => {
    const config = { ...done.config, standing: 'edited' } as const;
    assert.deepEqual(kindsOf({ config }), []);
    assert.deepEqual(kindsOf({ config, restart: true }), ['stop-mirror', 'start-mirror']);
    const forced = planStart({ ...done, config: { ...config, force: true } });
    assert.deepEqual(
      forced.map(({ kind }) => kind),
      ['stop-mirror', 'keep-record', 'copy-file', 'replace-file', 'start-mirror'],
    );
    assert.equal(forced.map(describeStep)[2], 'keep /m/config/config.yml as /m/config/config.yml.old');
  });

  it('notes a port that is to be kept', () => {
    const kept = { port: 5005, over: 5000 };
    assert.deepEqual(kindsOf({ port: { kept, noted: undefined } }), ['keep-record']);
    assert.deepEqual(kindsOf({ port: { kept, noted: { ...kept } } }), []);
    const edited = { ...done.config, standing: 'edited' } as const;
    assert.deepEqual(kindsOf({ config: edited, port: { kept, noted: undefined } }), [], 'it has no effect');
  });

  it('notes a config.yml that somebody wrote just as it would be rendered', () => {
    assert.deepEqual(kindsOf({ config: { ...done.config, isNoted: false } }), ['keep-record']);
  });

  it('brings a list of images up to date that is there', () => {
    const list = { ...done.list, isOutdated: true };
    assert.deepEqual(planStart({ ...done, list }).map(describeStep), [
      'bring what the settings name up to date in /m/images/manifest.txt',
    ]);
  });

  it('stops for a restart', () => {
    assert.deepEqual(kindsOf({ restart: true }), ['stop-mirror', 'start-mirror']);
    assert.deepEqual(kindsOf({ restart: true, running: false }), ['start-mirror']);
  });
});
