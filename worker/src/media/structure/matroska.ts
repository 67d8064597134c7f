import type { FileBytes, Statement } from "./file-bytes.ts";
import { findPiece, pieces, type Piece, type PieceHeader } from "./pieces.ts";

const segmentId = "18538067";
const clusterId = "1f43b675";

/** The value of an EBML number, without the bit that states its length; unknown where all bits are set. */
function readSize(bytes: Buffer, at: number): { length: number; value: number } | undefined {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (first === 0 || at + length > bytes.length) return undefined;
  const rest = [...bytes.subarray(at + 1, at + length)];
  const value = rest.reduce((sum, byte) => sum * 256 + byte, first & (0xff >> length));
  const isUnknown = first === 0xff >> (length - 1) && rest.every((byte) => byte === 0xff);
  return { length, value: isUnknown ? Number.POSITIVE_INFINITY : value };
}

/** The head of an EBML element. */
export function readElement(bytes: Buffer): PieceHeader | undefined {
  const idLength = Math.clz32(bytes[0] ?? 0) - 23;
  if (idLength > 4) return undefined;
  const size = readSize(bytes, idLength);
  if (!size) return undefined;
  const headerBytes = idLength + size.length;
  const type = bytes.toString("hex", 0, idLength);
  return { type, headerBytes, bytes: headerBytes + size.value };
}

/** Where the clusters end by their own lengths, and the element that goes beyond the file. */
async function readSegment(file: FileBytes, segment: Piece) {
  let clustersEnd: number | undefined;
  let last: Piece | undefined;
  const range = { start: segment.content, end: segment.end };
  for await (const element of pieces(file, range, readElement)) {
    last = element;
    if (element.type === clusterId) clustersEnd = element.end;
  }
  return { clustersEnd, cut: last && last.end > file.size ? last : undefined };
}

/**
 * Matroska and WebM. A live recording states no length of its segment, then the last cluster may
 * state its own. A file that is cut in the index or the tags behind its clusters has lost nothing.
 */
export async function readMatroska(file: FileBytes): Promise<Statement> {
  const whole = { start: 0, end: file.size };
  const segment = await findPiece(file, whole, segmentId, readElement);
  if (!segment) return undefined;
  if (segment.end <= file.size) return { statedBytes: segment.end, scope: "file" };
  const { clustersEnd, cut } = await readSegment(file, segment);
  if (cut && cut.type !== clusterId && clustersEnd !== undefined) {
    return { statedBytes: clustersEnd, scope: "file" };
  }
  if (Number.isFinite(segment.end)) return { statedBytes: segment.end, scope: "file" };
  if (clustersEnd === undefined || !Number.isFinite(clustersEnd)) return undefined;
  return { statedBytes: clustersEnd, scope: "last-part" };
}
