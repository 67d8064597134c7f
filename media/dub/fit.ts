import type { Utterance } from "./utterances.ts";

/**
 * How a line that a voice has spoken comes to fit the time that its original has: from what nobody notices to what
 * everybody does. Words are never cut, and the picture's clock is never touched.
 */
export const bounds = {
  /** Between two lines, in seconds. */
  gap: 0.08,
  /** Of the silence behind the original, which a line may use. */
  borrowed: 0.5,
  /** A voice that speaks faster sounds hurried (SoniTranslate allowed 1.9, and its users heard "speed like x10"). */
  fastest: 1.25,
  /** Below that a voice sounds drunk; only for what is much too short. */
  slowest: 0.9,
  /** Shares of the original's time: a line that is shorter is slowed down. */
  tooShort: 0.85,
  /** Of what a voice has spoken already. */
  mostStretch: 1.2,
  /** Both together. */
  mostTogether: 1.35,
  /** How much later than its original a line may begin before it counts as late. */
  late: 0.3,
} as const;

/** The time that a line has, in seconds. */
export interface Slot {
  readonly start: number;
  /** Of the original. */
  readonly own: number;
  /** Until something else is said, or silence would be used up that is not borrowed. */
  readonly room: number;
}

/** Where a line can go, when the one before it has ended. */
export function slotOf(
  line: Utterance,
  next: Pick<Utterance, "start"> | undefined,
  { programmeEnd, free }: { readonly programmeEnd: number; readonly free: number },
): Slot {
  const start = Math.max(line.start, free);
  const limit = next ? next.start - bounds.gap : programmeEnd;
  const end = Math.min(limit, line.end + bounds.borrowed);
  return { start, own: line.end - line.start, room: Math.max(0, end - start) };
}

/** A line as it was spoken: with which speed of the voice, then stretched, and how long it came out. */
export interface Take {
  readonly speed: number;
  readonly tempo: number;
  readonly seconds: number;
}

export type Step =
  | { readonly do: "place"; readonly over: number }
  | { readonly do: "speak"; readonly speed: number }
  | { readonly do: "stretch"; readonly tempo: number }
  | { readonly do: "shorten" };

function hundredths(value: number, round: (value: number) => number = Math.ceil): number {
  return round(value * 100) / 100;
}

function stretchFor({ room }: Slot, { speed, seconds }: Take): number {
  const most = Math.min(bounds.mostStretch, bounds.mostTogether / speed);
  return Math.min(hundredths(most, Math.floor), hundredths(seconds / Math.max(room, 0.01)));
}

/** Fits a hair too long count as fitting: a tenth of the gap. */
const tolerance = bounds.gap / 10;

function slower({ own }: Slot, { seconds }: Take): Step | undefined {
  if (seconds >= own * bounds.tooShort) return undefined;
  return { do: "speak", speed: Math.max(bounds.slowest, hundredths(seconds / own)) };
}

function faster(slot: Slot, takes: readonly Take[], mayShorten: boolean): Step {
  const last = takes.at(-1);
  const first = takes[0];
  if (!last || !first) return { do: "speak", speed: 1 };
  const needed = hundredths(first.seconds / Math.max(slot.room, 0.01));
  const speed = Math.min(bounds.fastest, needed);
  if (last.speed < speed && last.tempo === 1) return { do: "speak", speed };
  const tempo = stretchFor(slot, last);
  if (last.tempo === 1 && tempo > 1) return { do: "stretch", tempo };
  if (mayShorten) return { do: "shorten" };
  return { do: "place", over: last.seconds - slot.room };
}

/**
 * What to do with a line next. `takes` are those of its present text, in order.
 * @param mayShorten whether the translation can still be asked for in fewer words
 */
export function nextStep(slot: Slot, takes: readonly Take[], mayShorten = false): Step {
  const last = takes.at(-1);
  if (!last) return { do: "speak", speed: 1 };
  if (last.seconds > slot.room + tolerance) {
    // A voice that was slowed down too far goes back to its own pace.
    const back = takes.length > 1 && last.speed < 1;
    return back ? { do: "place", over: last.seconds - slot.room } : faster(slot, takes, mayShorten);
  }
  return (takes.length === 1 ? slower(slot, last) : undefined) ?? { do: "place", over: 0 };
}
