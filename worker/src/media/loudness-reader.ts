import type { Loudness } from "@framewright/contracts/loudness.ts";

/** What silence has; a peak of 0 has no decibels. */
const silence: Loudness = { lufs: -70, truePeakDbtp: -120, rangeLu: 0 };

function decibels(share: number): number {
  return share > 0 ? Math.round(200 * Math.log10(share)) / 10 : silence.truePeakDbtp;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Reads the output of `measuringFilters` piece by piece: of hours of sound it is long. */
export class LoudnessReader {
  readonly #last = new Map<string, number>();
  #rest = "";

  add(chunk: string): void {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, key, value] =
        /^lavfi\.r128\.(I|LRA|true_peak)=(-?[\d.]+|-inf|nan)$/.exec(line) ?? [];
      if (key !== undefined && Number.isFinite(Number(value))) this.#last.set(key, Number(value));
    }
  }

  /** Of all that was read; sound shorter than a tenth of a second is silence. */
  loudness(): Loudness {
    this.add("\n");
    return {
      lufs: rounded(Math.max(silence.lufs, this.#last.get("I") ?? silence.lufs)),
      truePeakDbtp: decibels(this.#last.get("true_peak") ?? 0),
      rangeLu: rounded(this.#last.get("LRA") ?? 0),
    };
  }
}
