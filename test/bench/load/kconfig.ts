import { readFileSync, writeFileSync } from 'node:fs';
import { hostKconfigSources } from '#src/host/kconfig-sources.js';
import { Configuration } from '#src/kconfig/configuration.js';
import { formatDotConfig } from '#src/kconfig/dot-config.js';
import { loadKconfig } from '#src/kconfig/load.js';
import { readDotConfig } from '#src/kconfig/read-dot-config.js';

// Reads Kconfig and .config in the working directory and writes the whole .config: olddefconfig, and nothing else. Prints how many
// milliseconds that took, without the start of the process.
const started = performance.now();
const sources = hostKconfigSources({ cwd: process.cwd(), srctree: '', env: process.env });
const configuration = new Configuration(loadKconfig('Kconfig', sources));
readDotConfig(configuration, readFileSync('.config', 'utf8'));
writeFileSync(process.argv[2] ?? '', formatDotConfig(configuration));
process.stdout.write(`${performance.now() - started}\n`);
