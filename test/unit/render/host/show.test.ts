import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { showPlan } from '#src/render/host/show.js';

describe('showPlan', () => {
  it('shows files as a unified diff and all else as a line', () => {
    const text = showPlan({
      steps: [
        { kind: 'make-folder', path: '/etc/u', mode: 0o755 },
        { kind: 'write-file', path: '/etc/u/a', content: 'one\ntwo\n', mode: 0o640, before: undefined },
        {
          kind: 'write-file',
          path: '/etc/b',
          content: 'x\nnew\n',
          mode: 0o644,
          before: Buffer.from('x\nold\n'),
        },
        { kind: 'remove-file', path: '/etc/c', before: Buffer.from('gone\n') },
        { kind: 'note', drops: 'x' },
        { kind: 'perform', action: { kind: 'unit', verb: 'restart', unit: 'a.service', scope: 'system' } },
      ],
      refused: [{ path: '/etc/d', why: '/etc/d was changed by hand', hint: 'give --force' }],
    });
    assert.equal(
      text,
      `# make the folder /etc/u
# new file /etc/u/a, mode 0640
--- /dev/null
+++ /etc/u/a
@@ -0,0 +1,2 @@
+one
+two
--- /etc/b
+++ /etc/b
@@ -1,2 +1,2 @@
 x
-old
+new
--- /etc/c
+++ /dev/null
@@ -1,1 +0,0 @@
-gone
# restart a.service
# left alone: /etc/d was changed by hand
#   give --force
`,
    );
  });
});
