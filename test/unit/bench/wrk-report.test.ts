import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readRate } from '../../bench/rows/warm-manifest.js';

const REPORT = `Running 3s test @ http://127.0.0.1:5000/
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.03ms    2.13ms  30.10ms   95.10%
    Req/Sec    23.10k     3.20k   28.00k    70.00%
  69321 requests in 3.00s, 90.10MB read
Requests/sec:  23098.51
Transfer/sec:     30.02MB
`;

describe('readRate', () => {
  it('reads the rate', () => {
    assert.equal(readRate(REPORT), 23098.51);
  });

  it('does not count errors as speed', () => {
    const failing = REPORT.replace('Requests/sec', '  Non-2xx or 3xx responses: 69321\nRequests/sec');
    assert.throws(() => readRate(failing), /Non-2xx or 3xx responses: 69321/);
    const cut = REPORT.replace(
      'Requests/sec',
      '  Socket errors: connect 0, read 5, write 0, timeout 0\nRequests/sec',
    );
    assert.throws(() => readRate(cut), /Socket errors/);
  });

  it('does not take a missing or zero rate', () => {
    assert.throws(() => readRate(''), /no rate/);
    assert.throws(() => readRate(REPORT.replace('23098.51', '0.00')), /no rate/);
  });
});
