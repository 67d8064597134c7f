import type { JobResult, JobWarning } from "@framewright/contracts/job.ts";
import type { Plan } from "@framewright/media/plan.ts";
import { shortAlternates } from "../media/shortfall.ts";
import { soundChoices } from "@framewright/media/sound-renditions.ts";
import type { Source } from "@framewright/media/source.ts";
import { subtitleChoices, subtitleResults } from "../media/subtitles/entries.ts";
import { rateChoices } from "../media/video-choices.ts";
import { audioResults, renditionResults, type Track } from "../media/tracks.ts";
import type { MadeOutputs } from "./outputs/make-outputs.ts";
import type { CheckedLoudness } from "./loudness.ts";
import type { Subtitles } from "./subtitles.ts";

interface ResultTracksArgs {
  readonly plan: Plan;
  readonly source: Source;
  readonly tracks: readonly Track[];
  readonly subtitles: Subtitles;
  readonly packaged: Pick<MadeOutputs, "results" | "warnings">;
  readonly loudness: Pick<CheckedLoudness, "loudness" | "warnings">;
  /** How the encode itself went. */
  readonly further: readonly JobWarning[];
}

type ResultTracks = Pick<
  JobResult,
  "renditions" | "audioTracks" | "subtitles" | "outputs" | "loudness" | "warnings" | "choices"
>;

/** The tracks of a result, and what became of those of its source. */
export function resultTracks(args: ResultTracksArgs): ResultTracks {
  const { plan, source, tracks, subtitles, packaged, loudness, further } = args;
  const audioTracks = audioResults(plan, tracks);
  const { renditions } = subtitles;
  return {
    renditions: renditionResults(plan, tracks),
    ...(audioTracks.length > 0 && { audioTracks }),
    ...(renditions.length > 0 && { subtitles: subtitleResults(renditions) }),
    ...(packaged.results && { outputs: packaged.results }),
    ...(loudness.loudness.length > 0 && { loudness: [...loudness.loudness] }),
    warnings: [
      ...source.warnings,
      ...shortAlternates({ plan, tracks }),
      ...subtitles.warnings,
      ...packaged.warnings,
      ...loudness.warnings,
      ...further,
    ],
    choices: [
      ...rateChoices(source.video, plan),
      ...source.choices,
      ...soundChoices(plan.sounds),
      ...subtitleChoices(renditions),
    ],
  };
}
