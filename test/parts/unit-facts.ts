import { layoutOf } from '#src/render/layout.js';
import type { UnitFacts } from '#src/render/units.js';

/** What the units of an ordinary mirror of the host are rendered from. */
export function unitFacts(given: Partial<UnitFacts> = {}): UnitFacts {
  return {
    scope: 'system',
    layout: layoutOf('/mirror/docker'),
    addresses: ['127.0.0.1:5000', '[::1]:5000'],
    node: '/usr/bin/node',
    main: '/usr/local/lib/docker-mirror/dist/bundle/main.cjs',
    secrets: [],
    configuration: 'version: 0.1\n',
    drainSeconds: 30,
    ...given,
  };
}
