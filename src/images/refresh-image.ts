import { MirrorError } from '../errors.js';
import type { Digest } from '../oci/digest.js';
import type { Descriptor, Platform } from '../oci/manifest.js';
import { formatPlatform } from '../oci/platform.js';
import { totalSize } from '../oci/total-size.js';
import { findAttached } from './attached.js';
import type { Fetcher } from './fetch-blobs.js';
import { inWords } from './in-words.js';
import type { Lanes } from './lanes.js';
import type { AttachedOutcome, ImageOutcome } from './last-update.js';
import { type Looked, lookUp } from './look.js';
import { mirrorShelf, type Place } from './mirror-shelf.js';
import { platformOutcomes } from './parts-outcome.js';
import { persist } from './persist.js';
import type { PlatformOutcome } from './platform-outcome.js';
import type { RefreshOptions } from './refresh.js';
import type { Waiting } from './waiting.js';
import { waitsFor } from './waits.js';
import type { WantedImage } from './wanted-images.js';
import { wireName } from './wire-name.js';

/** What all images of an update share. */
export interface RefreshTools extends RefreshOptions {
  /** For looking up. */
  readonly looks: Lanes;
  /** For fetching. */
  readonly turns: Lanes;
  readonly fetcher: Fetcher;
}

/** Has the mirror fetch what is missing of an image. Never throws: what went wrong is in the outcome. */
export async function refreshImage(wanted: WantedImage, tools: RefreshTools): Promise<ImageOutcome> {
  const place = { reference: wanted.reference, name: wireName(wanted.reference, tools.upstreams) };
  const refreshing = new Refreshing(wanted, place, tools);
  try {
    return await (tools.offline ? refreshing.asItIs() : refreshing.run());
  } catch (error) {
    const waits = waitsFor(error, tools.signal);
    if (waits !== undefined || tools.signal.aborted) return refreshing.waiting(waits);
    return await refreshing.failed(error);
  }
}

/** One image that is being refreshed. */
class Refreshing {
  #looked: Looked | undefined;
  readonly #fetched = { bytes: 0, blobs: 0 };
  readonly #come = new Set<Digest>();
  #attached: AttachedOutcome | undefined;

  constructor(
    private readonly wanted: WantedImage,
    private readonly place: Place,
    private readonly tools: RefreshTools,
  ) {}

  get #platforms(): readonly Platform[] {
    return this.wanted.options.platforms ?? this.tools.platforms;
  }

  async run(): Promise<ImageOutcome> {
    const { tools, place, wanted } = this;
    // What it needs to be looked up is what it needs to become whole.
    const look = () =>
      tools.quotas.image(place.name, () => lookUp(tools, place, this.#platforms, wanted.options.pin));
    const looked = await tools.looks.run(() => persist(look, tools.signal));
    this.#looked = looked;
    const isNews = looked.missing.length > 0 || looked.state !== 'here';
    if (isNews) await tools.turns.run(() => this.#fetch(looked));
    if (this.#isAttachedDue(looked)) await this.#fetchAttached(looked);
    if (looked.lacking !== undefined) throw looked.lacking;
    return this.#outcome(isNews || this.#fetched.blobs > 0 ? 'fetched' : 'unchanged');
  }

  /** What is here of it, when nobody is to be asked: that something is not here is no failure then. */
  async asItIs(): Promise<ImageOutcome> {
    const platforms = await this.tools.looks.run(() => this.#servedNow());
    return { ...this.#outcome('unchanged'), ...(platforms === undefined ? {} : { platforms }) };
  }

  /** It was broken off. */
  waiting(waits: Waiting | undefined): ImageOutcome {
    return { ...this.#outcome('waiting'), ...(waits === undefined ? {} : { waits }) };
  }

  async failed(error: unknown): Promise<ImageOutcome> {
    const platforms = await this.#servedNow();
    const known = platforms === undefined ? {} : { platforms };
    return { ...this.#outcome('failed', inWords(error)), ...known };
  }

  async #fetch(looked: Looked): Promise<void> {
    const { client, signal } = this.tools;
    const { reference, name } = this.place;
    await this.#fetchBlobs(looked.missing);
    // Last, so that until everything is here the tag is served as what is.
    if (looked.state === 'there') await client.tag(name, reference.tag ?? 'latest', 'take', signal);
  }

  async #fetchBlobs(blobs: readonly Descriptor[]): Promise<void> {
    if (blobs.length === 0) return;
    const { image } = this.wanted;
    this.tools.onFetching(image, blobs.length, totalSize(blobs));
    await this.tools.fetcher({ image, name: this.place.name }, blobs, ({ digest }, bytes) => {
      this.#come.add(digest);
      if (bytes === undefined) return;
      this.#fetched.blobs += 1;
      this.#fetched.bytes += bytes;
    });
  }

  #isAttachedDue(looked: Looked): boolean {
    const { attached } = this.tools;
    if (typeof attached === 'string') return attached === 'always';
    return looked.lacking === undefined && !attached.has(this.#attachedKey(looked));
  }

  /** What is attached belongs to the image, and its fetching makes the image neither better nor worse. */
  async #fetchAttached(looked: Looked): Promise<void> {
    const { client, holdings, signal, attached: memory } = this.tools;
    const { looks, turns } = this.tools;
    // Mostly there is nothing: that is found out for many images at once.
    const found = await looks.run(() => findAttached(client, this.place, looked.parts, signal));
    let { problem } = found;
    try {
      const shelf = mirrorShelf(client, holdings, this.place, signal);
      const sizes = await shelf.blobSizes(found.blobs.map(({ digest }) => digest));
      const missing = found.blobs.filter(({ size }, i) => sizes[i] !== size);
      if (missing.length > 0) await turns.run(() => this.#fetchBlobs(missing));
    } catch (error) {
      if (signal.aborted) throw error;
      problem ??= inWords(error);
    }
    this.#attached = { manifests: found.manifests.length, problem: problem ?? null };
    if (problem === undefined && typeof memory !== 'string') memory.add(this.#attachedKey(looked));
  }

  #attachedKey({ digest }: Looked): string {
    const { host, repository } = this.place.reference;
    return `${host}/${repository}@${digest} ${this.#platforms.map(formatPlatform).join(',')}`;
  }

  #outcome(state: ImageOutcome['state'], problem: string | null = null): ImageOutcome {
    const looked = this.#looked;
    return {
      image: this.wanted.image,
      state,
      digest: looked?.digest ?? null,
      ...this.#fetched,
      problem,
      ...(looked === undefined ? {} : { platforms: platformOutcomes(looked.parts, this.#come) }),
      ...(this.#attached === undefined ? {} : { attached: this.#attached }),
    };
  }

  /** What the mirror would serve under this name if every upstream were off: what was here before, unless the tag has moved. */
  async #servedNow(): Promise<readonly PlatformOutcome[] | undefined> {
    const { client, holdings, signal } = this.tools;
    const { reference, name } = this.place;
    try {
      const served = await client.held(name, reference.digest ?? reference.tag ?? 'latest', signal);
      if (served === undefined) return this.#platforms.map(nothingHere);
      const looked = this.#looked;
      if (served === looked?.digest) return platformOutcomes(looked.parts, this.#come);
      const parts = await holdings.image(reference, served, this.#platforms);
      return parts === undefined ? undefined : platformOutcomes(parts);
    } catch (error) {
      if (!(error instanceof MirrorError)) throw error;
      // Why the image failed is told; what there is of it nobody can say then.
      return undefined;
    }
  }
}

function nothingHere(platform: Platform): PlatformOutcome {
  return { platform: formatPlatform(platform), servable: false, missing: 1, bytes: 0 };
}
