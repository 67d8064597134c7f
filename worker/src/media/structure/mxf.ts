import type { FileBytes, Statement } from "./file-bytes.ts";

/** The beginning of every partition's key; the header's is the first, at most 64 KiB in. */
const partitionKey = Buffer.from("060e2b34020501010d0102010102", "hex");
const searchedBytes = 65_536 + 256;
const keyBytes = 16;
/** Of the value: where the place of the footer is stated. */
const footerAt = 24;

/** Bytes of a BER length: one, or one that states how many follow. */
function lengthBytes(first: number): number {
  return first < 0x80 ? 1 : 1 + (first & 0x7f);
}

/** MXF: a closed file's header says where the partition at its end begins; an open one says 0. */
export async function readMxf(file: FileBytes): Promise<Statement> {
  const head = await file.read(0, searchedBytes);
  const start = head.indexOf(partitionKey);
  const value = start + keyBytes + lengthBytes(head[start + keyBytes] ?? 0);
  if (start < 0 || value + footerAt + 8 > head.length) return undefined;
  const footer = Number(head.readBigUInt64BE(value + footerAt));
  return footer === 0 ? undefined : { statedBytes: start + footer + keyBytes, scope: "file" };
}
