import { largestTusPartBytes, maxParts, minPartBytes } from "@framewright/contracts/upload.ts";
import type { StoredPart } from "../backends/object-store.ts";

const mebibyte = 1024 ** 2;
/** Fewer and larger parts would cost bad links more at each cut; more and smaller ones, requests. */
const aimedParts = 1000;
/** The largest object of S3, 5 TiB, has 8,192 of these. */
const largestPartBytes = 640 * mebibyte;

export interface PartLayout {
  readonly sizeBytes: number;
  readonly partBytes: number;
}

/** Whole mebibytes: about a thousandth of the file, within what the store takes and a link carries. */
export function partBytesFor(sizeBytes: number): number {
  const aimed = Math.ceil(sizeBytes / aimedParts / mebibyte) * mebibyte;
  return Math.min(largestPartBytes, Math.max(minPartBytes, aimed));
}

/** For a file that passes through the API: small, as a request holds one part in memory. */
export function tusPartBytesFor(sizeBytes: number): number {
  const needed = Math.ceil(sizeBytes / maxParts / mebibyte) * mebibyte;
  return Math.min(largestTusPartBytes, Math.max(minPartBytes, needed));
}

export function partCount({ sizeBytes, partBytes }: PartLayout): number {
  const count = Math.ceil(sizeBytes / partBytes);
  if (count > maxParts) {
    throw new RangeError(`${sizeBytes} bytes in parts of ${partBytes} are ${count} parts`);
  }
  return count;
}

/** Size of the part, from 1; undefined where there is none of this number. */
export function sizeOfPart(layout: PartLayout, number: number): number | undefined {
  const count = partCount(layout);
  if (number < 1 || number > count) return undefined;
  return number < count ? layout.partBytes : layout.sizeBytes - (count - 1) * layout.partBytes;
}

export interface PartProblems {
  readonly missing: readonly number[];
  readonly wrong: readonly (StoredPart & { readonly expected: number })[];
}

/** What keeps the store's parts from being the file. */
export function partProblems(layout: PartLayout, stored: readonly StoredPart[]): PartProblems {
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  const missing: number[] = [];
  const wrong: (StoredPart & { expected: number })[] = [];
  for (let number = 1; number <= partCount(layout); number++) {
    const part = byNumber.get(number);
    const expected = sizeOfPart(layout, number) ?? 0;
    if (!part) missing.push(number);
    else if (part.sizeBytes !== expected) wrong.push({ ...part, expected });
  }
  return { missing, wrong };
}

/** `1-3, 7`, at most so many of these groups. */
export function numbersInWords(numbers: readonly number[], most = 20): string {
  const groups: [first: number, last: number][] = [];
  for (const number of numbers) {
    const last = groups.at(-1);
    if (last?.[1] === number - 1) last[1] = number;
    else groups.push([number, number]);
  }
  const texts = groups.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  const more = texts.length > most ? " and more" : "";
  return `${texts.slice(0, most).join(", ")}${more}`;
}
