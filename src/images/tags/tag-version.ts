import semver from 'semver';

/** The version that a tag stands for. */
export interface TagVersion {
  readonly tag: string;
  readonly version: semver.SemVer;
}

/** A leading `v`, one to three numbers, and behind three of them perhaps what makes it a pre-release. */
const VERSION = /^v?(\d{1,15})(?:\.(\d{1,15}))?(?:\.(\d{1,15})(-[0-9A-Za-z.-]+)?)?$/;

/**
 * The version of a tag: `1.25` stands for 1.25.0, `v2` for 2.0.0, and zeros in front of numbers do not count. Undefined when it is none:
 * `1.25-alpine` is a variant, and four numbers are no semantic version. `1.25.3-alpine` has the form of a pre-release (Semantic
 * Versioning 2.0.0, item 9), and is taken for one.
 */
export function versionOf(tag: string): TagVersion | undefined {
  const [, major, minor = '0', patch = '0', rest = ''] = VERSION.exec(tag) ?? [];
  if (major === undefined) return undefined;
  const version = semver.parse(`${Number(major)}.${Number(minor)}.${Number(patch)}${rest}`);
  return version === null ? undefined : { tag, version };
}

/** Negative when `a` is the newer version. Of tags for one version the more exact one counts as newer, as the other may move on. */
export function newerFirst(a: TagVersion, b: TagVersion): number {
  return semver.rcompare(a.version, b.version) || numbersIn(b.tag) - numbersIn(a.tag);
}

/**
 * Whether versions are in a range. Pre-releases are only when the range names one of the same version.
 * @param range as `parseVersionRange` gives it
 */
export function rangeTest(range: string): (version: TagVersion) => boolean {
  const parsed = new semver.Range(range.replace(/(^|[\s^~<>=v.|])0+(?=\d)/g, '$1'));
  return ({ version }) => parsed.test(version);
}

function numbersIn(tag: string): number {
  return tag.split('-', 1)[0]?.split('.').length ?? 0;
}
