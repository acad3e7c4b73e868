import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type MirrorMachine, vagrantfile } from '#src/render/guests/vagrant.js';
import { lacking } from '../../../parts/needs.js';

const MACHINE: MirrorMachine = {
  address: '192.168.99.50',
  port: 5000,
  data: './data',
  source: '/src/docker-mirror',
  box: 'debian/trixie64',
  memory: 1024,
  cpus: 2,
};

/** Vagrant's words, which here only note what they are told. */
const VAGRANT = `
require 'json'
class Told
  attr_reader :told
  def initialize; @told = []; end
  def method_missing(name, *args, **options)
    @told << [name.to_s, args, options]
    other = Told.new
    yield(other, self) if block_given?
    return self
  end
  def respond_to_missing?(*) = true
end
module Vagrant
  def self.configure(_version)
    $config = Told.new
    yield $config
  end
end
texts = JSON.parse(STDIN.read)
puts JSON.generate(texts.map { |text|
  %i[ADDRESS PORT DATA SOURCE INSTALL].each { |name| Object.send(:remove_const, name) if Object.const_defined?(name) }
  eval(text, TOPLEVEL_BINDING)
  { constants: { ADDRESS: ADDRESS, PORT: PORT, DATA: DATA, SOURCE: SOURCE }, install: INSTALL, told: $config.told }
})
`;

interface Read {
  readonly constants: Record<string, unknown>;
  readonly install: string;
  readonly told: readonly [string, unknown[], Record<string, unknown>][];
}

function read(machines: readonly MirrorMachine[]): Read[] {
  const input = JSON.stringify(machines.map(vagrantfile));
  return JSON.parse(
    execFileSync('ruby', ['-e', VAGRANT], {
      input,
      encoding: 'utf8',
      env: { ...process.env, DOCKER_HUB_USER: 'me' },
    }),
  ) as Read[];
}

describe('the Vagrantfile of the mirror', { skip: lacking({ programs: ['ruby', 'shellcheck'] }) }, () => {
  it('is Ruby, and tells Vagrant the address and where the images are', () => {
    execFileSync('ruby', ['-c'], { input: vagrantfile(MACHINE) });
    const [{ constants, told }] = read([MACHINE]) as [Read];
    assert.deepEqual(constants, {
      ADDRESS: '192.168.99.50',
      PORT: 5000,
      DATA: './data',
      SOURCE: '/src/docker-mirror',
    });
    const of = (name: string) => told.filter(([each]) => each === name);
    assert.deepEqual(of('network'), [['network', ['private_network'], { ip: '192.168.99.50' }]]);
    assert.deepEqual(of('box='), [['box=', ['debian/trixie64'], {}]]);
    assert.ok(
      of('synced_folder').some(([, [from, to]]) => from === './data' && to === '/mirror/docker/registry'),
    );
    const install = of('provision').find(([, [name]]) => name === 'install');
    assert.equal(install?.[2]['sensitive'], true);
    assert.deepEqual(install?.[2]['env'], { MIRROR_PORT: '5000', HUB_USER: 'me', HUB_PASSWORD: '' });
    assert.deepEqual(of('provision').find(([, [name]]) => name === 'start')?.[2]['run'], 'always');
  });

  it('installs with a script that shellcheck finds nothing in', () => {
    const [{ install }] = read([MACHINE]) as [Read];
    execFileSync('shellcheck', ['--shell=sh', '-'], {
      input: install,
      stdio: ['pipe', 'inherit', 'inherit'],
    });
  });

  it('holds any text as exactly that text', () => {
    const hostile = fc.constantFrom(
      "'",
      '\\',
      '#{exit}',
      '"',
      '\\\\',
      '\n',
      "\\'",
      '%',
      '`id`',
      'SHELL',
      '\t',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(hostile).map((parts) => parts.join('')),
    );
    const machines = fc
      .sample(fc.tuple(texts, texts), 150)
      .map(([data, source]) => ({ ...MACHINE, data, source }))
      .filter(({ data, source }) => !`${data}${source}`.includes('\0'));
    for (const [index, { constants }] of read(machines).entries()) {
      const { data, source } = machines[index] as MirrorMachine;
      assert.deepEqual([constants['DATA'], constants['SOURCE']], [data, source]);
    }
  });
});
