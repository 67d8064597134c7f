import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createProgressParser, type EncodeProgress } from "../../../worker/src/media/progress.ts";

const report =
  "frame=90\nfps=45.10\nstream_0_0_q=28.0\nbitrate=N/A\ntotal_size=N/A\nout_time_us=3000000\n" +
  "out_time=00:00:03.000000\ndup_frames=0\ndrop_frames=0\nspeed=1.5x\nprogress=continue\n";

function parse(chunks: readonly string[]): EncodeProgress[] {
  const seen: EncodeProgress[] = [];
  const take = createProgressParser((progress) => seen.push(progress));
  chunks.forEach(take);
  return seen;
}

describe("the progress of ffmpeg", () => {
  it("is read block by block", () => {
    const end = report.replace("continue", "end").replace("3000000", "6000000");
    expect(parse([report + end])).toEqual([
      { seconds: 3, fps: 45.1, speed: 1.5, done: false },
      { seconds: 6, fps: 45.1, speed: 1.5, done: true },
    ]);
  });

  it("does not depend on where the pipe cuts", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(report.length), { maxLength: 6 }), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), report.length];
        const chunks = at.slice(1).map((end, index) => report.slice(at[index], end));
        expect(parse(chunks)).toEqual(parse([report]));
      }),
    );
  });

  it("never goes back, also when the last block lacks the time", () => {
    const end = report.replace("continue", "end").replace("3000000", "N/A");
    expect(parse([report + end]).map(({ seconds }) => seconds)).toEqual([3, 3]);
  });

  it("takes N/A for nothing and a negative start for zero", () => {
    const early = "fps=0.00\nout_time_us=-21333\nspeed=N/A\nprogress=continue\n";
    expect(parse([early])).toEqual([{ seconds: 0, fps: 0, speed: undefined, done: false }]);
  });
});
