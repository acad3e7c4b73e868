import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { listeningInodes } from '#src/host/port-holder.js';

// As the kernel prints it: 0x1388 is 5000; 0A is LISTEN, 01 ESTABLISHED.
const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11111 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1388 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 22222 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 33333 1 0000000000000000 100 0 0 10 0
`;

describe('listeningInodes', () => {
  it('takes listening sockets of that port only', () => {
    assert.deepEqual(listeningInodes(TABLE, 5000), ['11111']);
    assert.deepEqual(listeningInodes(TABLE, 80), ['33333']);
    assert.deepEqual(listeningInodes(TABLE, 0xc350), []);
  });
});
