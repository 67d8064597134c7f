import { guidChunks } from "./chunk-header.ts";
import type { FileBytes, Statement } from "./file-bytes.ts";
import { findPiece, type Piece } from "./pieces.ts";

const headerId = "3026b2758e66cf11a6d900aa0062ce6c";
const propertiesId = "a1dcab8c47a9cf118ee400c00c205365";
const dataId = "3626b2758e66cf11a6d900aa0062ce6c";

const readObject = guidChunks(1);

/** A header that holds other objects counts them first. */
const headerFields = 6;
/** The data object's own fields: the file's identity, the number of packets, and two bytes. */
const dataHeaderBytes = 50;

interface Properties {
  readonly packets: number;
  readonly packetBytes: number;
  /** Written as it was sent: its counts and lengths are not valid. */
  readonly isBroadcast: boolean;
}

async function readProperties(file: FileBytes, header: Piece): Promise<Properties | undefined> {
  const range = { start: header.content + headerFields, end: header.end };
  const object = await findPiece(file, range, propertiesId, readObject);
  const bytes = object && (await file.read(object.content, 80));
  if (!bytes || bytes.length < 80) return undefined;
  return {
    packets: Number(bytes.readBigUInt64LE(32)),
    isBroadcast: (bytes.readUInt32LE(64) & 1) === 1,
    packetBytes: bytes.readUInt32LE(68),
  };
}

/** ASF and WMV: the data object's length, or packets of one size and their number. */
export async function readAsf(file: FileBytes): Promise<Statement> {
  const whole = { start: 0, end: file.size };
  const header = await findPiece(file, whole, headerId, readObject);
  if (header && header.end > file.size) return { statedBytes: header.end, scope: "file" };
  const properties = header && (await readProperties(file, header));
  if (!properties || properties.isBroadcast) return undefined;
  const data = await findPiece(file, { ...whole, start: header.end }, dataId, readObject);
  if (!data) return undefined;
  const length = data.end - data.at;
  const counted = dataHeaderBytes + properties.packets * properties.packetBytes;
  if (length <= dataHeaderBytes && properties.packets === 0) return undefined;
  return { statedBytes: length > dataHeaderBytes ? data.end : data.at + counted, scope: "file" };
}
