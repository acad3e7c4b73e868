import type { FileFindings, Format, ScanInput } from './findings.js';

const NOTHING: FileFindings = { findings: [], unresolved: [], problems: [], replaced: [] };

/** Looks into one file. One that goes deeper than the parsers' stack is told, and not an end of the scan. */
export function scanText(format: Format, input: ScanInput): FileFindings {
  try {
    return format.scan(input);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { ...NOTHING, problems: [{ line: 1, why: 'it is nested too deeply' }] };
  }
}
