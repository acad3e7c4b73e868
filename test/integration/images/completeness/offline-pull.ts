import type { Agent } from 'node:http';
import type { Digest } from '#src/oci/digest.js';
import { type Descriptor, type Manifest, type Platform, parseManifest } from '#src/oci/manifest.js';
import { selectPlatform } from '#src/oci/platform.js';
import type { Answer } from '../../../parts/http.js';
import { sha256 } from '../../../parts/layers.js';
import type { RegistryClient } from '../../../parts/registry-client.js';

/** What came of pulling an image as an engine does. */
export interface Pulled {
  /** Whether there is an image for the platform that was asked for; true when all are. */
  readonly isMade: boolean;
  /** The digests that the mirror did not give, or not whole. */
  readonly refused: readonly Digest[];
}

/** A plain engine: asks for what a digest stands for, then for everything that it names. */
export class OfflineEngine {
  readonly #client: RegistryClient;
  readonly #name: string;
  readonly #query: string;

  readonly #agent: Agent;

  /**
   * @param wire a repository as it stands in a request, perhaps with `?ns=HOST`
   * @param agent of its connections
   */
  constructor(client: RegistryClient, wire: string, agent: Agent) {
    this.#agent = agent;
    const [name = '', query] = wire.split('?');
    this.#client = client;
    this.#name = name;
    this.#query = query === undefined ? '' : `?${query}`;
  }

  /** What a tag stands for, by HEAD; undefined when the mirror does not say. */
  async resolve(tag: string): Promise<Digest | undefined> {
    const answer = await this.#send(`manifests/${tag}`, 'HEAD');
    const digest = answer?.header('docker-content-digest');
    return answer?.status === 200 ? (digest as Digest) : undefined;
  }

  /** Pulls what a digest stands for, for one platform or all of them. */
  async pull(root: Digest, wanted: Platform | 'all'): Promise<Pulled> {
    const refused = new Set<Digest>();
    let isMade = true;
    const visit = async (digest: Digest): Promise<void> => {
      const manifest = await this.#manifest(digest);
      if (manifest === undefined) refused.add(digest);
      else if (manifest.kind === 'image') await this.#pullBlobs(manifest, refused);
      else if (wanted === 'all') {
        for (const entry of manifest.manifests.filter(isImage)) await visit(entry.digest);
      } else {
        const chosen = selectPlatform(manifest.manifests, wanted);
        if (chosen === undefined) isMade = false;
        else await visit(chosen.digest);
      }
    };
    await visit(root);
    return { isMade, refused: [...refused].sort() };
  }

  async #pullBlobs({ config, layers }: Manifest, refused: Set<Digest>): Promise<void> {
    const blobs = [
      ...(config === undefined ? [] : [config]),
      ...layers.filter(({ urls }) => urls === undefined),
    ];
    for (const { digest, size } of blobs) {
      const bytes = await this.#content(`blobs/${digest}`);
      if (bytes?.length !== size || sha256(bytes) !== digest) refused.add(digest);
    }
  }

  async #manifest(digest: Digest): Promise<Manifest | undefined> {
    const bytes = await this.#content(`manifests/${digest}`);
    return bytes !== undefined && sha256(bytes) === digest ? parseManifest(bytes) : undefined;
  }

  async #content(path: string): Promise<Buffer | undefined> {
    const answer = await this.#send(path, 'GET');
    return answer?.status === 200 ? answer.body : undefined;
  }

  /** Undefined when the answer is cut off, as it is when the bytes on the disk turn out not to be what they should be. */
  async #send(path: string, method: string): Promise<Answer | undefined> {
    try {
      return await this.#client.send(`/v2/${this.#name}/${path}${this.#query}`, {
        method,
        agent: this.#agent,
      });
    } catch (error) {
      if (error instanceof Error && /aborted|hang up|ECONNRESET/.test(error.message)) return undefined;
      throw error;
    }
  }
}

function isImage({ platform }: Descriptor): boolean {
  return platform?.os !== 'unknown';
}
