import { expect, it, vi } from "vitest";
import { JobFailure } from "../../../worker/src/failure.ts";
import { damageOf } from "../../../worker/src/job/damage.ts";
import type { MediaTools } from "../../../worker/src/media/ffmpeg.ts";
import { cadenceOf } from "../../../media/frame-rate.ts";
import { aSource } from "../../media/a-source.ts";

const source = aSource();

function startDecoding(run: MediaTools["run"]) {
  const tools = { encode: () => Promise.resolve(), run: vi.fn(run) };
  const { signal } = new AbortController();
  const common = {
    tools,
    signal,
    source,
    sourcePath: "/scratch/source",
    outputDir: "/scratch/out",
  };
  const plan = {
    sounds: [],
    overlay: undefined,
    text: undefined,
    cadence: cadenceOf(source.video.fps),
    maxFps: 60,
  };
  const damage = damageOf({ ...common, plan, tracks: [], inits: new Map() });
  return { damage, run: tools.run };
}

it("decodes what was used of the source, and ends at the first complaint", async () => {
  const { damage, run } = startDecoding(() => Promise.resolve(""));
  expect(await damage).toBeUndefined();
  expect(run.mock.calls[0]?.[1].join(" ")).toMatch(
    /^-nostdin -v error -xerror -err_detect crccheck\+bitstream\+buffer\+explode .*-i file:\/scratch\/source -map 0:0 -f null -$/,
  );
});

it("returns what the decoder complains of", async () => {
  const complaint = new JobFailure("source-undecodable", { note: "A frame is broken." });
  const { damage } = startDecoding(() => Promise.reject(complaint));
  expect(await damage).toBe(complaint);
});

it("knows nothing of a source that takes too long to be decoded", async () => {
  const { damage } = startDecoding(() => Promise.reject(new JobFailure("encoder-stalled")));
  expect(await damage).toBeUndefined();
});
