import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmod, chown, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isMissing } from '../../errors.js';
import { asFileError, ensureFolder, readTextIfThere, writeFileAtomic } from '../../host/files.js';
import { KeyError } from './bundle-error.js';
import { type PublicKey, parsePublicKey, publicKeyOf } from './public-key.js';

/** Where a mirror keeps its own key and those it trusts. */
export interface KeyPlaces {
  /** The private key, which only its owner can read, and the public one. */
  readonly own: string;
  readonly ownPublic: string;
  /** A folder with a file for each key that is trusted. */
  readonly trusted: string;
  /** A folder whose owner owns the keys as well: what the mirror stores. */
  readonly owned: string;
}

/** A key that is trusted, and what it was called. */
export interface TrustedKey extends PublicKey {
  readonly comment: string;
}

/** Where the keys are under a mirror's folder for its configuration. */
export function keyPlaces(configFolder: string, owned: string): KeyPlaces {
  return {
    own: join(configFolder, 'bundle-key.pem'),
    ownPublic: join(configFolder, 'bundle-key.pub'),
    trusted: join(configFolder, 'bundle-keys'),
    owned,
  };
}

/**
 * The mirror's own private key, made when it is first asked for.
 * @throws KeyError, FileError
 */
export async function ownKey(places: KeyPlaces): Promise<KeyObject> {
  if ((await readTextIfThere(places.own)) === undefined) {
    const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    // Of two that make one at the same time the first one's counts for both.
    await writeFileAtomic(places.own, pem, { mode: 0o600, createOnly: true });
    await giveAway(places.own, places.owned);
  }
  const key = privateKey((await readTextIfThere(places.own)) ?? '', places.own);
  await writeFileAtomic(places.ownPublic, `${publicKeyOf(key).line} docker-mirror@${hostname()}\n`);
  await giveAway(places.ownPublic, places.owned);
  return key;
}

/** The mirror's own public key; undefined when none was ever asked for. @throws KeyError, FileError */
export async function ownPublicKey(places: KeyPlaces): Promise<TrustedKey | undefined> {
  const text = await readTextIfThere(places.ownPublic);
  return text === undefined ? undefined : { ...parsed(text, places.ownPublic), comment: commentOf(text) };
}

/**
 * A private key out of a file of one's own.
 * @throws KeyError, FileError
 */
export async function readPrivateKey(path: string): Promise<KeyObject> {
  const text = await readTextIfThere(path);
  if (text === undefined) throw new KeyError(`${path} is not there`, { hint: GENERATE });
  return privateKey(text, path);
}

/** The keys whose bundles are taken: those that were added, and the mirror's own. @throws KeyError, FileError */
export async function trustedKeys(places: KeyPlaces): Promise<TrustedKey[]> {
  const own = await ownPublicKey(places);
  const keys: TrustedKey[] = own === undefined ? [] : [{ ...own, comment: OWN }];
  for (const name of (await namesIn(places.trusted)).sort()) {
    const path = join(places.trusted, name);
    const text = name.endsWith('.pub') ? await readTextIfThere(path) : undefined;
    if (text === undefined) continue;
    keys.push({ ...parsed(text, path), comment: commentOf(text) });
  }
  return keys;
}

/** What the mirror's own key is called among those that are trusted. */
export const OWN = 'this mirror';

/** Trusts a key. @returns whether it was not trusted before @throws FileError */
export async function addTrusted(places: KeyPlaces, key: PublicKey, comment: string): Promise<boolean> {
  await ensureFolder(places.trusted);
  await giveAway(places.trusted, places.owned);
  const path = fileOf(places, key);
  const isNew = (await readTextIfThere(path)) === undefined;
  await writeFileAtomic(path, `${key.line}${comment === '' ? '' : ` ${comment}`}\n`);
  await giveAway(path, places.owned);
  return isNew;
}

/** Trusts a key no longer. @throws FileError */
export async function removeTrusted(places: KeyPlaces, key: PublicKey): Promise<void> {
  try {
    await rm(fileOf(places, key), { force: true });
  } catch (error) {
    throw asFileError(error, `cannot remove ${fileOf(places, key)}`);
  }
}

/** What stands behind a key in its line, for people. */
export function commentOf(text: string): string {
  if (text.trim().startsWith('-----')) return '';
  return text
    .trim()
    .split(/\s+/)
    .slice(2)
    .join(' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '?')
    .slice(0, 100);
}

const GENERATE = 'openssl genpkey -algorithm ed25519 makes one; leave --key away for the one of the mirror';

function privateKey(text: string, path: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(text);
  } catch (cause) {
    // The cause may quote the file.
    throw new KeyError(`${path} holds no private key in PEM without a passphrase`, {
      hint: GENERATE,
      cause: (cause as Error).name,
    });
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new KeyError(`${path} holds a key of the kind ${key.asymmetricKeyType}, and not an Ed25519 one`, {
    hint: GENERATE,
  });
}

function parsed(text: string, path: string): PublicKey {
  try {
    return parsePublicKey(text);
  } catch (cause) {
    throw new KeyError(`${path} holds no key`, { hint: 'remove that file, and trust the key again', cause });
  }
}

function fileOf({ trusted }: KeyPlaces, { fingerprint }: PublicKey): string {
  const hex = Buffer.from(fingerprint.slice('SHA256:'.length), 'base64').toString('hex');
  return join(trusted, `${hex}.pub`);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw asFileError(error, `cannot read ${folder}`);
  }
}

/** What root makes belongs to the user of the mirror, who has to read it. */
async function giveAway(path: string, owned: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  try {
    const { uid, gid } = await stat(owned);
    await chown(path, uid, gid);
    await chmod(path, path.endsWith('.pem') ? 0o600 : path.endsWith('.pub') ? 0o644 : 0o755);
  } catch (error) {
    if (!isMissing(error)) throw asFileError(error, `cannot give ${path} to the mirror's user`);
  }
}
