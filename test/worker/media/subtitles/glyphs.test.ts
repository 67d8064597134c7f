import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { missingGlyphs, readCoverage } from "../../../../worker/src/media/subtitles/glyphs.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

type Range = readonly [first: number, last: number];

function numbers(bytes: 2 | 4, ...values: readonly number[]): Buffer {
  const out = Buffer.alloc(values.length * bytes);
  values.forEach((value, at) => out.writeUIntBE(value, at * bytes, bytes));
  return out;
}

function basicTable(ranges: readonly Range[]): Buffer {
  const all = [...ranges, [0xffff, 0xffff] as const];
  const ends = numbers(2, ...all.map(([, last]) => last));
  const starts = numbers(2, ...all.map(([first]) => first));
  const head = numbers(2, 4, 0, 0, all.length * 2, 0, 0, 0);
  return Buffer.concat([head, ends, numbers(2, 0), starts, Buffer.alloc(all.length * 4)]);
}

function segmentedTable(ranges: readonly Range[]): Buffer {
  const groups = ranges.map(([first, last]) => numbers(4, first, last, 1));
  return Buffer.concat([numbers(2, 12, 0), numbers(4, 0, 0, ranges.length), ...groups]);
}

/** A font of which there is nothing but its map of characters. */
function font(table: Buffer, at = 0): Buffer {
  const cmap = Buffer.concat([numbers(2, 0, 1, 3, 10), numbers(4, 12), table]);
  const entry = [Buffer.from("cmap"), numbers(4, 0, at + 28, cmap.length)];
  return Buffer.concat([numbers(4, 0x10000), numbers(2, 1, 0, 0, 0), ...entry, cmap]);
}

it("what the fonts of a folder and below can draw together is known by their maps", async () => {
  const folder = temporaryFolder("framewright-fonts-");
  mkdirSync(join(folder, "below"));
  writeFileSync(join(folder, "basic.ttf"), font(basicTable([[0x41, 0x5a]])));
  const collection = Buffer.concat([Buffer.from("ttcf"), numbers(4, 0x10000, 1, 16)]);
  writeFileSync(
    join(folder, "below/whole.ttc"),
    Buffer.concat([collection, font(segmentedTable([[0x1f600, 0x1f64f]]), 16)]),
  );
  writeFileSync(join(folder, "README"), "no font");
  const coverage = await readCoverage(folder);
  expect(missingGlyphs("AZ a\n\u200f😀a漢", coverage)).toEqual(["a", "漢"]);
});

it("a folder without fonts draws nothing", async () => {
  const coverage = await readCoverage(temporaryFolder("framewright-fonts-"));
  expect(missingGlyphs("ab", coverage)).toEqual(["a", "b"]);
});
