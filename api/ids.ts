import { hash, randomBytes } from "node:crypto";

/** The project that the first migration makes: of the bootstrap key, and of jobs from before there were others. */
export const firstProjectId = "00000000-0000-7000-8000-000000000001";

function withVersion(bytes: Buffer, version: number): string {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | (version << 4), 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString("hex");
  return [0, 8, 12, 16, 20]
    .map((from, i, starts) => hex.slice(from, starts[i + 1] ?? 32))
    .join("-");
}

/** The UUID that these texts always give: of version 8 (RFC 9562, 5.8), by SHA-256. */
export function derivedId(texts: readonly string[]): string {
  return withVersion(hash("sha256", JSON.stringify(texts), "buffer").subarray(0, 16), 8);
}

/** A UUID of version 7 (RFC 9562): sorts by time of making, so that the primary key is the order of lists. */
export function newId(nowMs: number = Date.now()): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  return withVersion(bytes, 7);
}
