import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "hls-parser";
import type { Sound } from "./case.ts";
import { bothEars, near, show, beepTolerance, type Findings } from "./judge.ts";
import { channelsOf, measureSounds } from "./measure.ts";
import { beepsIn } from "./readings.ts";

const characteristic = "public.accessibility.";

/** What the master playlist of a result offers, decoded. */
export async function readSounds(folder: string, scratch: string): Promise<Sound[]> {
  const master = parse(readFileSync(join(folder, "master.m3u8"), "utf8"));
  if (!master.isMasterPlaylist) throw new Error("master.m3u8 is no multivariant playlist");
  const sounds: Sound[] = [];
  for (const { uri = "", language, channels, ...marks } of master.variants[0]?.audio ?? []) {
    const sound = await measureSounds(folder, uri, scratch);
    const decoded = await channelsOf(folder, uri, scratch);
    if (channels !== `${decoded}`)
      throw new Error(`${uri} states ${channels} of ${decoded} channels`);
    sounds.push({
      ...(language !== undefined && { language }),
      ...(marks.isDefault && { isDefault: true as const }),
      ...(marks.characteristics !== undefined && {
        madeFor: marks.characteristics.replace(characteristic, ""),
      }),
      channels: decoded,
      beeps: beepsIn(bothEars(sound)),
    });
  }
  return sounds;
}

function marksOf({ language, isDefault, madeFor, channels }: Sound): string {
  return [
    language ?? "no language",
    ...(madeFor === undefined ? [] : [madeFor]),
    `${channels} channels`,
    ...(isDefault ? ["default"] : []),
  ].join(", ");
}

/** Compares all sounds of a result with what is right. */
export function judgeSounds(right: readonly Sound[], found: readonly Sound[]): Findings {
  const shown = found.map(marksOf).join("; ");
  const wanted = right.map(marksOf).join("; ");
  if (shown !== wanted) return [`sounds are "${shown}", right is "${wanted}"`];
  return right.flatMap(({ beeps }, index) => {
    const heard = found[index]?.beeps ?? [];
    return near(heard, beeps, beepTolerance)
      ? []
      : [`sound ${index + 1} beeps at ${show(heard)}, right is ${show(beeps)}`];
  });
}
