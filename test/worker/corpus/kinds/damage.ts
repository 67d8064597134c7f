import { base, type Base } from "../bases.ts";
import type { Hostile } from "../hostile.ts";
import { seededRandom } from "../random.ts";

const bases = [
  ...(["mp4", "faststart", "fragmented", "mov", "hevc", "av1", "mkv", "webm", "vp9"] as const),
  ...(["ts", "mpeg2ts", "mpg", "avi", "flv", "mxf", "asf", "nut", "rm", "theora"] as const),
  ...(["wav", "mp3", "flac", "opus", "adts", "gif", "apng"] as const),
] satisfies readonly Base[];

const cuts = [0.02, 0.2, 0.5, 0.8, 0.99] as const;

/** Files that end early. */
export const truncations: readonly Hostile[] = bases.flatMap((name) =>
  cuts.map((share) => ({
    name: `${name} that ends at ${share * 100} %`,
    kind: "truncation" as const,
    make: async () => {
      const bytes = await base(name);
      return bytes.subarray(0, Math.floor(bytes.length * share));
    },
  })),
);

/** Percent of the bytes that are others; at least three of them. */
const shares = [0.001, 0.01, 0.1, 1] as const;

function flipped(bytes: Buffer, percent: number, seed: string): Buffer {
  const random = seededRandom(seed);
  const changed = Buffer.from(bytes);
  const count = Math.max(3, Math.round((bytes.length * percent) / 100));
  for (let index = 0; index < count; index += 1) {
    changed[Math.floor(random() * changed.length)] = Math.floor(random() * 256);
  }
  return changed;
}

/** Files some bytes of which are noise. The first 4 KiB, which describe the file, are hit in every second one. */
export const flips: readonly Hostile[] = bases.flatMap((name) =>
  shares.flatMap((percent) =>
    (["anywhere", "in its head"] as const).map((where) => ({
      name: `${name} with ${percent} % noise ${where}`,
      kind: "flip" as const,
      make: async () => {
        const bytes = await base(name);
        const head = Math.min(4096, bytes.length);
        const seed = `${name} ${percent} ${where}`;
        if (where === "anywhere") return flipped(bytes, percent, seed);
        return Buffer.concat([
          flipped(bytes.subarray(0, head), percent, seed),
          bytes.subarray(head),
        ]);
      },
    })),
  ),
);
