import type { ConfigSection } from './config-section.js';
import type { HealthConfig } from './engine-config.js';

/** Distribution's interval when none is written, in milliseconds. */
const DEFAULT_INTERVAL = 10_000;

/** Reads `health`. A single failure counts when no threshold is written, or 0 (as in Distribution). */
export function readHealth(health: ConfigSection): HealthConfig {
  const driver = health.section('storagedriver');
  const interval = driver.duration('interval', DEFAULT_INTERVAL);
  const storage = {
    enabled: driver.boolean('enabled', false),
    interval: interval === 0 ? DEFAULT_INTERVAL : interval,
    threshold: Math.max(1, driver.count('threshold', 1)),
  };
  driver.finish();
  health.finish(['file', 'http', 'tcp']);
  return { storage };
}
