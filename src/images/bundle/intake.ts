import { readFile, rm, writeFile } from 'node:fs/promises';
import { isMissing } from '../../errors.js';
import { asFileError } from '../../host/files.js';
import type { Digest } from '../../oci/digest.js';
import { DigestMismatchError } from '../../store/errors.js';
import type { Store, Upload } from '../../store/port.js';
import { isRecord } from '../import/image.js';
import type { PlacedMember } from './members.js';
import { contentOf, cutOff, enterMember } from './read-bundle.js';
import type { Tape } from './tape.js';

/** What is smaller is read again after an interruption, bytes. */
const WORTH_KEEPING = 4 * 1024 * 1024;

/**
 * Takes content out of a bundle into the store. Blobs come as uploads and not as transfers, since those of the mirror that may run are known in its own
 * process only. Which one is under way is noted, so that a run after one that was killed goes on with it, or clears it away.
 */
export class Intake {
  #left: Noted | undefined;

  private constructor(
    private readonly store: Store,
    private readonly tape: Tape,
    private readonly note: string,
  ) {}

  /** @param note the file that tells which upload is under way */
  static async open(store: Store, tape: Tape, note: string): Promise<Intake> {
    const intake = new Intake(store, tape, note);
    intake.#left = await readNote(note);
    return intake;
  }

  /**
   * Stores a manifest, which nothing names yet.
   * @returns whether it is what its digest says
   */
  async takeManifest(
    member: PlacedMember,
    digest: Digest,
    onBytes: (count: number) => void,
  ): Promise<boolean> {
    await enterMember(this.tape, member);
    const pieces: Buffer[] = [];
    for await (const piece of contentOf(this.tape, member)) {
      pieces.push(piece);
      onBytes(piece.length);
    }
    return await isRight(() => this.store.blobs.put(digest, Buffer.concat(pieces)));
  }

  /**
   * Stores a blob, and links it in a repository.
   * @returns whether it is what its digest says; it is not stored otherwise
   */
  async takeBlob(
    member: PlacedMember,
    digest: Digest,
    repository: string,
    onBytes: (count: number) => void,
  ): Promise<boolean> {
    const begun = await this.#begun(member, digest, repository);
    if (begun !== undefined && (await this.#fill(begun, member, digest, onBytes))) return true;
    return await this.#fill(await this.#begin(member, digest, repository), member, digest, onBytes);
  }

  /** Forgets what was under way. */
  async close(): Promise<void> {
    const old = await this.#begunOf(this.#left);
    await old?.cancel();
    await old?.close();
    await forget(this.note);
  }

  /** The upload of an earlier run, if it is of this blob. */
  async #begun(member: PlacedMember, digest: Digest, repository: string): Promise<Upload | undefined> {
    if (this.#left?.digest !== digest || this.#left.repository !== repository || !this.tape.seekable)
      return undefined;
    const upload = await this.#begunOf(this.#left);
    this.#left = undefined;
    if (upload === undefined || upload.offset <= member.size) return upload;
    await upload.cancel();
    await upload.close();
    return undefined;
  }

  async #begunOf(left: Noted | undefined): Promise<Upload | undefined> {
    return left === undefined ? undefined : await this.store.uploads.open(left.repository, left.id);
  }

  async #begin(member: PlacedMember, digest: Digest, repository: string): Promise<Upload> {
    const old = await this.#begunOf(this.#left);
    this.#left = undefined;
    await old?.cancel();
    await old?.close();
    const upload = await this.store.uploads.create(repository);
    if (member.size >= WORTH_KEEPING) await writeNote(this.note, { repository, digest, id: upload.id });
    return upload;
  }

  async #fill(
    upload: Upload,
    member: PlacedMember,
    digest: Digest,
    onBytes: (count: number) => void,
  ): Promise<boolean> {
    let keep = false;
    try {
      await enterMember(this.tape, member);
      onBytes(upload.offset);
      if (!(await this.tape.goTo(member.content + upload.offset))) throw cutOff(member.path);
      const rest = { ...member, size: member.size - upload.offset };
      // What is cut off, or interrupted, goes on in the next run.
      keep = this.tape.seekable && member.size >= WORTH_KEEPING;
      for await (const piece of contentOf(this.tape, rest)) {
        await upload.append(piece);
        onBytes(piece.length);
      }
      keep = false;
      return await isRight(() => upload.commit(digest));
    } finally {
      if (!keep) await upload.cancel();
      await upload.close();
    }
  }
}

interface Noted {
  readonly repository: string;
  readonly digest: string;
  readonly id: string;
}

async function isRight(store: () => Promise<void>): Promise<boolean> {
  try {
    await store();
    return true;
  } catch (error) {
    if (error instanceof DigestMismatchError) return false;
    throw error;
  }
}

/** Torn, when the power failed in between: then the mirror clears the upload away when it is old. */
async function readNote(path: string): Promise<Noted | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (!isRecord(value)) return undefined;
    const { repository, digest, id } = value;
    if (typeof repository !== 'string' || typeof digest !== 'string' || typeof id !== 'string')
      return undefined;
    return { repository, digest, id };
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return undefined;
    throw asFileError(error, `cannot read ${path}`);
  }
}

async function writeNote(path: string, note: Noted): Promise<void> {
  try {
    await writeFile(path, JSON.stringify(note));
  } catch (error) {
    throw asFileError(error, `cannot write ${path}`);
  }
}

async function forget(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    throw asFileError(error, `cannot remove ${path}`);
  }
}
