import type { Plan } from "@framewright/media/plan.ts";
import { writeMasterPlaylist } from "@framewright/media/playlist.ts";
import { shortfall } from "../media/shortfall.ts";
import type { Source } from "@framewright/media/source.ts";
import { withSubtitles } from "../media/subtitles/entries.ts";
import { subtitlePlaylist } from "../media/subtitles/playlist.ts";
import type { SubtitleRendition } from "../media/subtitles/rendition.ts";
import { masterPlaylist, playlistPath, trackPlaylist, trackSeconds } from "../media/tracks.ts";
import { verifyOutput } from "../media/verify.ts";
import { JobFailure } from "../failure.ts";
import { compareWithSource } from "./compare/compare.ts";
import type { CompareArgs } from "./compare/looks.ts";
import type { SourceLooks } from "./compare/source-looks.ts";
import type { Encoded } from "./encode.ts";
import { damageOf } from "./damage.ts";
import { checkSubtitles } from "./subtitles.ts";

/** What an attempt has made, before it is published. */
export interface Made {
  readonly plan: Plan;
  readonly source: Source;
  readonly encoded: Encoded;
  readonly subtitles: readonly SubtitleRendition[];
}

/** Seconds of the result. */
export function lengthOf({ encoded }: Pick<Made, "encoded">): number {
  return Math.max(...encoded.tracks.map(trackSeconds));
}

/** The texts that make the files a stream; the master playlist is stored after all others. */
export interface Texts {
  readonly playlists: Map<string, string>;
  readonly master: string;
}

/** Where source and result lie, and what reads them. */
export interface Files extends Pick<CompareArgs, "tools" | "signal" | "sourcePath" | "outputDir"> {
  readonly looks: SourceLooks;
}

export function textsOf(made: Made): Texts {
  const { plan, encoded, subtitles } = made;
  const seconds = lengthOf(made);
  const playlists = new Map(
    [
      ...encoded.tracks.map((track) => [track.name, trackPlaylist(track)] as const),
      ...subtitles.map((one) => [one.name, subtitlePlaylist(one, seconds)] as const),
    ].map(([name, text]) => [playlistPath(name), text]),
  );
  const master = withSubtitles(masterPlaylist(plan, encoded.tracks), subtitles);
  return { playlists, master: writeMasterPlaylist(master) };
}

/** Where all that is wrong is how the result looks or sounds, and the source is damaged, the source is at fault. */
function refusal(problems: readonly string[], damage: JobFailure | undefined): JobFailure {
  const [first = ""] = problems;
  const note = problems.length === 1 ? first : `${first} (and ${problems.length - 1} more)`;
  const detail = problems.join("\n");
  if (!damage) return new JobFailure("verification-failed", { note, detail });
  return new JobFailure("source-damaged", { note: damage.note, detail, cause: damage });
}

/** Throws unless everything is as planned and as in the source; returns what was checked. */
export async function verify(made: Made, texts: Texts, files: Files): Promise<readonly string[]> {
  const { plan, source, encoded } = made;
  const { tracks, inspections, inits } = encoded;
  const short = shortfall({ plan, source, tracks });
  if (short) throw new JobFailure("source-damaged", { note: short });
  const { passed, problems: faults } = verifyOutput({
    plan,
    source,
    tracks,
    inspections,
    ...texts,
  });
  const comparison: CompareArgs = { ...files, source, plan, tracks, inits };
  const [compared, read] = await Promise.all([
    compareWithSource(comparison, files.looks),
    checkSubtitles({
      renditions: made.subtitles,
      ...texts,
      outputDir: files.outputDir,
      durationSeconds: lengthOf(made),
    }),
  ]);
  const own = [...faults, ...read.problems];
  const problems = [...own, ...compared.problems];
  if (problems.length > 0) {
    const cause = own.length === 0 ? await damageOf(comparison) : undefined;
    throw refusal(problems, cause);
  }
  return [...passed, ...compared.passed, ...read.passed];
}
