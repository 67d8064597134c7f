import type { DubResult } from "@framewright/contracts/dub.ts";
import type { JobWarning } from "@framewright/contracts/job.ts";
import { plainWords, wordErrorRate } from "@framewright/media/dub/word-errors.ts";
import { syncOf } from "@framewright/media/dub/sync.ts";
import { bounds } from "@framewright/media/dub/fit.ts";
import type { Utterance } from "@framewright/media/dub/utterances.ts";
import { JobFailure } from "../../failure.ts";
import type { PlacedLine } from "./speak.ts";

/** Above that a listener has to guess; the engines that ship have 0.02 to 0.1 on clear speech. */
const unclear = 0.3;
/** Above that what is heard is another text, or another language. */
const wrong = 0.6;

export type Figures = Pick<DubResult, "wordErrorRate" | "worstStartSeconds" | "overlong" | "sync">;

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** How the voice came out, by hearing it again. */
export function figuresOf(placed: readonly PlacedLine[], heard: readonly Utterance[]): Figures {
  const said = placed.flatMap(({ translation }) => plainWords(translation));
  const back = heard.flatMap(({ text }) => plainWords(text));
  return {
    wordErrorRate: rounded(wordErrorRate(said, back)),
    worstStartSeconds: rounded(
      Math.max(...placed.map(({ line, start }) => Math.abs(start - line.start))),
    ),
    overlong: placed.filter(({ over }) => over > 0).length,
    sync: syncOf(
      placed.map(({ line }) => line),
      placed.map(({ start, seconds }) => ({ start, end: start + seconds })),
    ),
  };
}

/** Lines in order, none beginning before the one before it has ended. */
function overlaps(placed: readonly PlacedLine[]): number {
  return placed.filter(({ start }, index) => {
    const before = placed[index - 1];
    return before !== undefined && start < before.start + before.seconds;
  }).length;
}

export interface Judged {
  readonly warnings: readonly JobWarning[];
  /** As sentences. */
  readonly passed: readonly string[];
}

/** Throws for a dub that nobody understands; says of others what is not as it should be. */
export function judge(placed: readonly PlacedLine[], figures: Figures): Judged {
  const { wordErrorRate: rate, worstStartSeconds, overlong } = figures;
  const percent = Math.round(rate * 100);
  if (overlaps(placed) > 0) {
    throw new JobFailure("verification-failed", { note: "Lines of the dub overlap." });
  }
  if (rate > wrong) {
    const note = `Of the dub ${percent} % of the words are heard wrongly.`;
    throw new JobFailure("verification-failed", { note });
  }
  const warnings: JobWarning[] = [];
  if (rate > unclear) {
    const message = `Of the dub ${percent} % of the words are heard wrongly; listen to it before you publish it.`;
    warnings.push({ code: "dub-unclear", message });
  }
  if (overlong > 0 || worstStartSeconds > bounds.late) {
    const message =
      `${overlong} of ${placed.length} lines of the dub are longer than their time, and the latest begins ` +
      `${worstStartSeconds.toFixed(1)} s behind its original; shorter translations would fit.`;
    warnings.push({ code: "dub-overlong", message });
  }
  const clear = rate <= unclear ? ["the dub says its translation, by hearing it again"] : [];
  return { warnings, passed: [...clear, "no two lines of the dub overlap"] };
}
