import { readBoxHeader } from "./box-header.ts";
import type { FileBytes, Statement } from "./file-bytes.ts";
import { samplesEnd } from "./mov-samples.ts";
import { pieces, type Piece } from "./pieces.ts";

/** Other boxes hold no sound and no picture: without their ends nothing is lost. */
const neededBoxes = new Set(["moov", "moof", "mdat"]);

async function findNeeded(file: FileBytes): Promise<Piece[]> {
  const needed: Piece[] = [];
  for await (const box of pieces(file, { start: 0, end: file.size }, readBoxHeader)) {
    const end = Number.isFinite(box.end) ? box.end : file.size;
    if (neededBoxes.has(box.type)) needed.push({ ...box, end });
  }
  return needed;
}

/**
 * MP4 and QuickTime. Where an index states every sample, its word counts and not the length of
 * `mdat`: cameras reserve a longer one, and some writers count its header twice.
 */
export async function readMov(file: FileBytes): Promise<Statement> {
  const needed = await findNeeded(file);
  const statedBytes = needed.reduce((last, { end }) => Math.max(last, end), 0);
  const moov = needed.find(({ type }) => type === "moov");
  const isFragmented = needed.some(({ type }) => type === "moof");
  const isIndexed = moov !== undefined && moov.end <= file.size;
  if (isIndexed && isFragmented) return { statedBytes, scope: "last-part" };
  if (isIndexed) {
    return { statedBytes: (await samplesEnd(file, moov)) ?? statedBytes, scope: "file" };
  }
  if (moov || statedBytes > file.size) return { statedBytes, scope: "file" };
  if (isFragmented) return { missing: "its beginning (moov): it is a part of a stream" };
  return { missing: "the index (moov): the recording was not finished" };
}
