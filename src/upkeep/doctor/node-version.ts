import { type Finding, ok, problem } from './finding.js';

/** As in package.json, "engines". */
const NEEDED = { major: 20, minor: 19 };

/** @param version such as `v20.19.2` */
export function judgeNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const isEnough = major > NEEDED.major || (major === NEEDED.major && minor >= NEEDED.minor);
  if (isEnough) return ok('node', `Node.js ${version}`);
  return problem(
    'node',
    `Node.js ${version} is too old`,
    `install Node.js ${NEEDED.major}.${NEEDED.minor} or newer: https://nodejs.org/en/download`,
  );
}
