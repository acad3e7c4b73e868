import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { markdown, type Report, replaceBetweenMarkers } from '../../bench/report.js';
import { check, record } from '../../bench/result.js';

function report(): Report {
  const time = record('time', 's');
  time.add('direct', 1);
  time.add('mirror', 1.1, 1.3, 1.2);
  return {
    date: '2026-01-02T03:04:05.000Z',
    machine: {
      processor: 'CPU',
      cores: 2,
      memory: 4 * 2 ** 30,
      kernel: '6.1',
      node: 'v20.20.0',
      loadBefore: 0.1,
    },
    versions: { direct: 'itself', mirror: '0.1.0' },
    mode: 'default',
    rounds: 3,
    took: 12.3,
    rows: [
      {
        name: 'cold',
        title: 'Cold',
        measures: [time.measure()],
        checks: [
          check('mirror ÷ direct', 1.2, '≤', 1.15),
          check('fast', 5, '≥', 5),
          check('mirror ÷ stock', undefined, '≥', 1),
        ],
      },
    ],
  };
}

describe('markdown', () => {
  it('shows the median with its range, and each bound', () => {
    const text = markdown(report());
    assert.match(text, /\| time \(s\) +\| 1\.00 +\| 1\.20 \(1\.10–1\.30\) \|/);
    assert.match(text, /\| mirror ÷ direct \(×\) +\| ≤ 1\.15 +\| 1\.20 +\| MISSED +\|/);
    assert.match(text, /\| fast \(×\) +\| ≥ 5 +\| 5\.00 +\| ok +\|/);
    assert.match(text, /\| mirror ÷ stock \(×\) +\| ≥ 1 +\| – +\| not measured +\|/);
  });

  it('has a column only for servers that took part', () => {
    assert.doesNotMatch(markdown(report()), /nginx/);
  });
});

describe('replaceBetweenMarkers', () => {
  const begin = '<!-- bench:begin, written by "make bench" with --docs; do not edit -->';
  const page = `# Title\n\n${begin}\nold\n<!-- bench:end -->\n\nrest\n`;

  it('replaces what is between, and again', () => {
    const once = replaceBetweenMarkers(page, 'new\n');
    assert.equal(once, `# Title\n\n${begin}\n\nnew\n\n<!-- bench:end -->\n\nrest\n`);
    assert.equal(replaceBetweenMarkers(once, 'new\n'), once);
  });

  it('refuses a page without the markers', () => {
    assert.throws(() => replaceBetweenMarkers('# Title\n', 'new'), /bench:begin/);
    assert.throws(() => replaceBetweenMarkers('<!-- bench:end -->\n', 'new'), /bench:begin/);
  });
});
