// Run by listeners.test.ts inside a network namespace: listens on the host given first, asks itself at the addresses
// that follow, and prints what it saw as JSON.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { isLoopbackClient } from '#src/gateway/client-address.js';
import { openListeners } from '#src/gateway/listeners.js';

const [listenHost = 'localhost', ...targets] = process.argv.slice(2);

const listeners = await openListeners(
  { listen: { host: listenHost, port: 0 }, tls: undefined },
  (incoming, response) => response.end(isLoopbackClient(incoming) ? 'loopback' : 'elsewhere'),
  {
    onProblem: (error) => {
      throw error;
    },
  },
);

async function ask(host: string): Promise<[string, string]> {
  const port = listeners.addresses[0]?.port;
  const message = request({ host, port, agent: false, headers: { 'X-Forwarded-For': '127.0.0.1' } }).end();
  try {
    const [response] = (await once(message, 'response')) as [IncomingMessage];
    let body = '';
    for await (const chunk of response) body += chunk;
    return [host, body];
  } catch (error) {
    return [host, error instanceof Error && 'code' in error ? String(error.code) : String(error)];
  }
}

const answers = Object.fromEntries(await Promise.all(targets.map(ask)));
const addresses = listeners.addresses.map(({ address }) => address);
process.stdout.write(JSON.stringify({ addresses, answers }));
await listeners.close(0);
