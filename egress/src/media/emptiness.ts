/** What ffmpeg's filters say at the end of a time without a picture or without sound. */
const said = {
  black: /black_duration:\s*([\d.]+)/,
  silent: /silence_duration:\s*([\d.]+)/,
} as const;
type Lack = keyof typeof said;

const words = {
  black: "The picture was black",
  silent: "There was no sound",
} as const satisfies Record<Lack, string>;

const lacks = ["black", "silent"] as const satisfies readonly Lack[];

/** Adds up for how long a recording was black, and for how long it was silent. */
export class Emptiness {
  readonly #seconds: Record<Lack, number> = { black: 0, silent: 0 };

  read(line: string): void {
    for (const lack of lacks) {
      const [, seconds] = said[lack].exec(line) ?? [];
      if (seconds !== undefined) this.#seconds[lack] += Number(seconds);
    }
  }

  /** @param total seconds of the recording */
  warnings(total: number): string[] {
    return lacks.flatMap((lack) => {
      const seconds = Math.min(this.#seconds[lack], total);
      if (seconds === 0) return [];
      return [`${words[lack]} for ${seconds.toFixed(1)} of ${total.toFixed(1)} s`];
    });
  }
}
