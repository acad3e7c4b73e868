import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CommandFailure, Interrupted, UsageError } from '#src/cli/errors.js';
import { describeError, exitCodeFor } from '#src/cli/report.js';

class ConfigError extends Error {
  readonly problems = [
    { file: '/c.yml', line: 3, column: 5, key: 'http.addr', message: 'expected HOST:PORT' },
    { file: '/c.yml', line: undefined, column: undefined, key: '', message: 'is empty' },
  ];
}

describe('the report of an error', () => {
  it('gives each kind its exit status', () => {
    assert.equal(exitCodeFor(new CommandFailure('x')), 1);
    assert.equal(exitCodeFor(new UsageError('x')), 2);
    assert.equal(exitCodeFor(new ConfigError()), 78);
    assert.equal(exitCodeFor(new Interrupted('x')), 130);
    assert.equal(exitCodeFor(new TypeError('x')), 70);
    assert.equal(exitCodeFor('x'), 70);
    const system = Object.assign(new Error('listen EACCES'), { code: 'EACCES', syscall: 'listen' });
    assert.equal(exitCodeFor(system), 1);
  });

  it('names the program, and what may help', () => {
    const text = describeError(new CommandFailure('it failed', { hint: 'try that' }));
    assert.equal(text, 'docker-mirror: it failed\nhint: try that\n');
  });

  it('lists the problems of a configuration as compilers do', () => {
    assert.equal(
      describeError(new ConfigError()),
      'docker-mirror: /c.yml:3:5: http.addr: expected HOST:PORT\ndocker-mirror: /c.yml: is empty\n',
    );
  });

  it('shows the stack of a defect', () => {
    assert.match(describeError(new TypeError('oops')), /defect of docker-mirror: TypeError: oops\n\s+at /);
  });
});
