import { get } from 'node:http';

/**
 * The registry mirrors that a Docker daemon says it uses (`GET /info` of its API); undefined when none answers this user.
 * @param timeout milliseconds
 */
export function dockerMirrors(socketPath: string, timeout: number): Promise<readonly string[] | undefined> {
  return new Promise((resolve) => {
    const request = get({ socketPath, path: '/info', signal: AbortSignal.timeout(timeout) }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('error', () => resolve(undefined));
      response.once('end', () => resolve(mirrorsIn(text)));
    });
    // No daemon, or one that does not let this user in: then nobody can say.
    request.once('error', () => resolve(undefined));
  });
}

function mirrorsIn(text: string): readonly string[] | undefined {
  try {
    const { RegistryConfig } = JSON.parse(text) as { RegistryConfig?: { Mirrors?: unknown } };
    const mirrors = RegistryConfig?.Mirrors ?? [];
    return Array.isArray(mirrors) ? mirrors.map(String) : undefined;
  } catch {
    // Something else has that socket.
    return undefined;
  }
}
