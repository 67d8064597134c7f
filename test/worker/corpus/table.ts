import type { Hostile } from "./hostile.ts";
import { counts } from "./kinds/counts.ts";
import { flips, truncations } from "./kinds/damage.ts";
import { disguises } from "./kinds/disguises.ts";
import { references } from "./kinds/references.ts";
import { sizes } from "./kinds/sizes.ts";
import { switches } from "./kinds/switches.ts";
import { work } from "./kinds/work.ts";

const rows: readonly Hostile[] = [
  ...disguises,
  ...references,
  ...sizes,
  ...counts,
  ...work,
  ...switches,
  ...truncations,
  ...flips,
];

const unnoticed =
  "neither VP8 nor JPEG has checksums: a decoder notices no damage, and shows another picture behind another keyframe";
const impossible =
  "FFmpeg takes the coded height, 96, where the container's is impossible, and the result is rightly refused";

/** Ends that are neither a result nor the fault of the input, and why they are right. */
export const allowed: Readonly<Record<string, Required<Hostile>["allowed"]>> = {
  "webm with 0.001 % noise anywhere": { code: "verification-failed", reason: unnoticed },
  "webm with 0.1 % noise anywhere": { code: "verification-failed", reason: unnoticed },
  "VP8 that becomes 16 by 16": { code: "verification-failed", reason: unnoticed },
  "VP8 that becomes 4096 by 16": { code: "verification-failed", reason: unnoticed },
  "JPEG that becomes 16 by 16": { code: "verification-failed", reason: unnoticed },
  "IVF that states 65535 by 65535": { code: "verification-failed", reason: impossible },
  "IVF that states 20000 by 20000": { code: "verification-failed", reason: impossible },
};

/** Pictures of 8K, and hours of anything, take up to a minute. */
const slow = /8K|7680|16383|VP8 that states|every 60 s|hour of/;

/** Every hostile file. */
export const corpus: readonly Hostile[] = rows.map((row) => {
  const end = allowed[row.name];
  return { ...row, slow: slow.test(row.name), ...(end && { allowed: end }) };
});
