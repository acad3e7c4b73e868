// A small real HTTP server in place of the engine: `node stand-in.js serve CONFIG [mode]`.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setInterval } from 'node:timers';
import { parse } from 'yaml';

const [, config = '', mode = 'well'] = process.argv.slice(2);
const { http } = parse(readFileSync(config, 'utf8')) as { http: { addr: string } };
const [host = '', port = ''] = http.addr.split(':');

function say(msg: string): void {
  process.stdout.write(`${JSON.stringify({ level: 'info', time: new Date().toISOString(), msg })}\n`);
}

if (mode === 'dies') {
  say('dying of old age');
  process.exit(1);
}
if (mode === 'bad-config') {
  process.stderr.write('docker-mirror: the configuration is wrong\n');
  process.exit(78);
}

const server = createServer((request, response) => {
  if (request.url === '/crash') process.exit(9);
  say(`asked for ${request.url}`);
  response.setHeader('docker-distribution-api-version', 'registry/2.0').end('{}');
});
server.on('error', (error) => {
  process.stderr.write(`docker-mirror: ${error.message}\n`);
  process.exit(1);
});
if (mode === 'silent') {
  say('never listening');
  setInterval(() => undefined, 60_000);
} else {
  server.listen(Number(port), host === 'localhost' ? '127.0.0.1' : host, () => say('listening'));
}

process.on('SIGTERM', () => {
  if (mode === 'stubborn') return say('not now');
  say('stopping');
  process.exit(0);
});
// `orphan` does not notice that its supervisor has gone; every other mode ends as the engine does.
if (mode !== 'orphan') process.stdin.on('close', () => process.exit(0)).resume();
