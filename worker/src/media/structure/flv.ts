import type { FileBytes, Statement } from "./file-bytes.ts";

/** Some seconds of a usual stream; a single picture is far smaller. */
const tailBytes = 4 * 1024 * 1024;
const headerBytes = 11;
/** Behind each tag stands its length once more. */
const trailerBytes = 4;

/** The length of the tag that begins here, header included, if it looks like one. */
function tagBytes(bytes: Buffer, at: number): number | undefined {
  if (at + headerBytes > bytes.length) return undefined;
  const isKnown = [8, 9, 18].includes((bytes[at] ?? 0) & 0x1f);
  if (!isKnown || bytes.readUIntBE(at + 8, 3) !== 0) return undefined;
  return headerBytes + bytes.readUIntBE(at + 1, 3);
}

/** Where the next tag begins, if the length behind this one is the same as in front. */
function nextTag(bytes: Buffer, at: number): number | undefined {
  const length = tagBytes(bytes, at);
  if (length === undefined || at + length + trailerBytes > bytes.length) return undefined;
  return bytes.readUInt32BE(at + length) === length ? at + length + trailerBytes : undefined;
}

/** The first place where a tag is followed by its length and by another tag. */
function firstTag(bytes: Buffer): number | undefined {
  for (let at = 0; at + headerBytes <= bytes.length; at += 1) {
    const next = nextTag(bytes, at);
    if (next !== undefined && (next === bytes.length || tagBytes(bytes, next))) return at;
  }
  return undefined;
}

/** Where the last tag in the bytes states that its content ends; nothing where no tags are found. */
function lastTagEnd(bytes: Buffer): number | undefined {
  let at = firstTag(bytes);
  if (at === undefined) return undefined;
  for (let next = nextTag(bytes, at); next !== undefined; next = nextTag(bytes, at)) at = next;
  const length = tagBytes(bytes, at);
  return length === undefined ? at : at + length;
}

/**
 * FLV has no length of its own, but each tag has. Only the end is looked at: from any tag there the
 * others follow.
 */
export async function readFlv(file: FileBytes): Promise<Statement> {
  const start = Math.max(0, file.size - tailBytes);
  const end = lastTagEnd(await file.read(start, tailBytes));
  return end === undefined ? undefined : { statedBytes: start + end, scope: "last-part" };
}
