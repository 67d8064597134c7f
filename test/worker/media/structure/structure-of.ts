import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readStructure, type FileStructure } from "../../../../worker/src/media/file-structure.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

/** What the structure of a file of these bytes says; a size that is given cuts it or fills it up with zeros. */
export function structureOf(
  demuxer: string,
  bytes: Buffer,
  size = bytes.length,
): Promise<FileStructure> {
  const path = join(temporaryFolder("framewright-structure-"), "source");
  writeFileSync(path, bytes);
  truncateSync(path, size);
  return readStructure(path, demuxer);
}

export function latin1(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

export function hex(text: string): Buffer {
  return Buffer.from(text, "hex");
}

export function u32be(...values: number[]): Buffer {
  return Buffer.concat(values.map((value) => hex(value.toString(16).padStart(8, "0"))));
}

export function u32le(...values: number[]): Buffer {
  return Buffer.concat(values.map((value) => u32be(value).reverse()));
}

export function u64be(value: number | bigint): Buffer {
  return hex(BigInt.asUintN(64, BigInt(value)).toString(16).padStart(16, "0"));
}

export function u64le(value: number | bigint): Buffer {
  return u64be(value).reverse();
}
