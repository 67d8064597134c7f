import type { Choice } from "@framewright/contracts/job.ts";
import type { Profile } from "@framewright/contracts/profile.ts";
import type { Levelling } from "./loudness.ts";
import type { Source, SourceAudio } from "./source.ts";
import { trackName, uniqueNames, type TrackLabel } from "./track-names.ts";

/** Folder of the stereo sound that plays by default. */
const audioName = "audio";

/** One sound track of the result. */
export interface SoundRendition {
  /** Of its folder. */
  readonly name: string;
  /** What players show. */
  readonly shown: string;
  readonly label: TrackLabel;
  readonly source: SourceAudio;
  readonly layout: "stereo" | "5.1";
  readonly channels: number;
  readonly kbps: number;
  readonly isDefault: boolean;
  /** Players may take it by the language that their user prefers. */
  readonly autoselect: boolean;
  /** Where it ends in the result: an alternate does not outlast the film. */
  readonly end: number;
  /** How it is made as loud as the profile says. */
  readonly level?: Levelling | undefined;
}

type Unnamed = Omit<SoundRendition, "name" | "shown" | "autoselect">;

function stereo(source: SourceAudio, durationSeconds: number, kbps: number): Unnamed {
  return {
    ...{ source, isDefault: false, label: source.label },
    ...{ layout: "stereo", channels: 2, kbps },
    end: Math.min(source.span.end, durationSeconds),
  };
}

/** Names and folders stay the same as long as the source has the same tracks. */
function named(sounds: readonly Unnamed[]): Omit<SoundRendition, "autoselect">[] {
  const names = uniqueNames(
    sounds.map(({ label, isDefault, layout }, index) => {
      const fallback = isDefault || layout !== "stereo" ? "Main" : `Track ${index + 1}`;
      const name = trackName(label, fallback);
      return layout === "stereo" ? name : `${name} ${layout}`;
    }),
  );
  let alternates = 0;
  return sounds.map((sound, index) => {
    const shown = names[index] ?? "";
    if (sound.isDefault) return { ...sound, shown, name: audioName };
    if (sound.layout !== "stereo") return { ...sound, shown, name: `${audioName}-surround` };
    alternates += 1;
    return { ...sound, shown, name: `${audioName}-${alternates + 1}` };
  });
}

/**
 * Of those that players may take by themselves, no two have the same language and are made for the
 * same people (RFC 8216, 4.3.4.1.1). Nobody is given 5.1 or a commentary without asking for it.
 */
function isAutoselect(sound: Unnamed, earlier: readonly Unnamed[]): boolean {
  if (sound.isDefault) return true;
  const { label, source, layout } = sound;
  if (label.language === undefined || layout !== "stereo" || source.isCommentary) return false;
  const key = ({ label: one, source: of }: Unnamed): string =>
    [one.language, ...of.characteristics].join();
  return !earlier.some((one) => key(one) === key(sound));
}

/** All sound of the result, in the order of players' lists; the first one plays by default. */
export function planSounds(source: Source, wanted: Profile["audio"]): SoundRendition[] {
  const { audio, alternates, durationSeconds, video } = source;
  if (!audio) return [];
  const { stereoKbps, surroundKbps: kbps } = wanted;
  const main = { ...stereo(audio, durationSeconds, stereoKbps), isDefault: true };
  const surround: Unnamed[] =
    kbps !== undefined && audio.isSurround && video
      ? [{ ...main, isDefault: false, layout: "5.1", channels: 6, kbps }]
      : [];
  const others = alternates.map((one) => stereo(one, durationSeconds, stereoKbps));
  const sounds = named([main, ...surround, ...others]);
  return sounds.map((sound, index) => ({
    ...sound,
    autoselect: isAutoselect(sound, sounds.slice(0, index)),
  }));
}

/** Why there is sound of more than two channels, where there is. */
export function soundChoices(sounds: readonly SoundRendition[]): Choice[] {
  return sounds
    .filter(({ layout }) => layout === "5.1")
    .map(({ source }) => ({
      subject: "audio",
      choice: "5.1 beside stereo",
      reason: `The chosen sound has ${source.channels} channels, and the profile keeps 5.1.`,
    }));
}
