import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { waitFor } from '../../parts/wait.js';

/** A download under way, as a client sees it. */
export interface Tap {
  /** Status and headers, once they are here; rejects when the connection ends without them. */
  readonly answer: Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders }>;
  /** How it ended: with everything that was promised, or cut. */
  readonly end: Promise<'complete' | 'cut'>;
  /** Bytes of body that are here. */
  readonly received: number;
  /** What is here. */
  bytes(): Buffer;
  /** Resolves when so many bytes are here. */
  until(bytes: number): Promise<void>;
  /** Goes away. */
  leave(): void;
}

/** Begins a GET and keeps an eye on it. */
export function tap(url: string, headers: Record<string, string> = {}): Tap {
  const chunks: Buffer[] = [];
  let received = 0;
  const sent = request(url, { headers, agent: false });
  const message = new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.on('error', reject);
  });
  message.catch(() => undefined);
  const end = message.then(
    (response) =>
      new Promise<'complete' | 'cut'>((resolve) => {
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          received += chunk.length;
        });
        response.once('end', () => resolve('complete'));
        response.once('error', () => resolve('cut'));
      }),
    (): 'cut' => 'cut',
  );
  const answer = message.then(({ statusCode = 0, headers: all }) => ({ status: statusCode, headers: all }));
  answer.catch(() => undefined);
  sent.end();
  return {
    answer,
    end,
    get received() {
      return received;
    },
    bytes: () => Buffer.concat(chunks),
    until: async (bytes) => {
      await waitFor(() => received >= bytes, {
        what: `${bytes} bytes are here`,
        interval: 5,
        detail: () => `there are ${received}`,
      });
    },
    leave: () => void sent.destroy(),
  };
}
