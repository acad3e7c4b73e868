import type { ScanResult } from '../images/scan/scan.js';
import { printable } from '../oci/printable.js';

/** One image a line. */
export function scanAsList({ images }: ScanResult): string {
  return images.map(({ image }) => `${image}\n`).join('');
}

/** One place a line, as compilers write them. */
export function scanAsPlaces({ images }: ScanResult): string {
  return images
    .flatMap(({ image, places }) =>
      places.map(
        ({ path, line, column, how }) => `${printable(`${path}:${line}:${column}: ${image} (${how})`)}\n`,
      ),
    )
    .join('');
}

/** Everything, for programs. Fields may be added while `version` is 1. */
export function scanAsJson({ images, unresolved, problems, files }: ScanResult): string {
  const report = {
    version: 1,
    images,
    unresolved,
    problems: problems.map(({ line, ...rest }) => ({ ...rest, line: line ?? null })),
    files,
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** What could not be read or understood, and what could not be resolved. */
export function problemLines(
  { problems, unresolved }: ScanResult,
  include: { readonly unresolved: boolean },
): string[] {
  return [
    ...(include.unresolved
      ? unresolved.map(
          ({ path, line, text, why }) => `${path}:${line}: ${text === '' ? '' : `${text}: `}${why}`,
        )
      : []),
    ...problems.map(({ path, line, why }) => `${path}${line === undefined ? '' : `:${line}`}: ${why}`),
  ].map(printable);
}
