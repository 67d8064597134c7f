import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { EncodeLadder, stepsOf } from "../../../worker/src/job/encode-ladder.ts";
import { JobFailure } from "../../../worker/src/failure.ts";
import { createMediaTools } from "../../../worker/src/media/ffmpeg.ts";
import { createMetrics } from "../../../worker/src/ops/metrics.ts";
import { SessionTokens } from "../../../worker/src/ops/session-tokens.ts";
import { planEncode } from "../../../media/plan.ts";
import { figures } from "../../api/fake-engine.ts";
import { aPicture, aSource } from "../../media/a-source.ts";
import { aProfile } from "../../support/profiles.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** What ffmpeg says when the device refuses, as users reported it. */
const said = {
  sessions: "[h264_nvenc @ 0x55d] OpenEncodeSessionEx failed: out of memory (10): (no details)",
  none: "[h264_nvenc @ 0x55d] No capable devices found",
  driver: "[h264_nvenc @ 0x55d] Cannot load libcuda.so.1",
  old: "[h264_nvenc @ 0x55d] Driver does not support the required nvenc API version. Required: 12.1 Found: 12.0",
  lost: "[h264_nvenc @ 0x55d] dl_fn->cuda_dl->cuCtxCreate failed -> CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected",
} as const;
const after = [
  "[vost#0:0/h264_nvenc @ 0x55e] Error while opening encoder - maybe incorrect parameters such as bit_rate, rate, width or height.",
  "Error while filtering: Operation not permitted",
];

/** An ffmpeg that fails with these words for NVENC while the file `broken` is there, and else does nothing. */
function fakeFfmpeg(words: string, more: readonly string[]) {
  const dir = temporaryFolder("framewright-fake-ffmpeg-");
  const program = join(dir, "ffmpeg");
  const broken = join(dir, "broken");
  const lines = [words, ...more].map((line) => `echo "${line}" >&2`).join("\n");
  const script = `#!/bin/sh
echo "$*" >>${dir}/calls
case "$*" in *h264_nvenc*) if [ -e ${broken} ]; then
${lines}
exit 187
fi;; esac
echo progress=end
`;
  writeFileSync(program, script);
  chmodSync(program, 0o755);
  writeFileSync(broken, "");
  const path = "/usr/bin:/bin";
  const tools = createMediaTools({
    ...{ ffmpeg: program, ffprobe: program, env: { PATH: path }, wrapper: () => [] },
    ...{ memoryBytes: 1024 ** 3, dataBytes: undefined },
  });
  const calls = () =>
    existsSync(join(dir, "calls"))
      ? readFileSync(join(dir, "calls"), "utf8")
          .trim()
          .split("\n")
          .map((line) => /-hwaccel cuda/.exec(line)?.[0] ?? /h264_nvenc|libx264/.exec(line)?.[0])
      : [];
  return { dir, broken, tools, calls };
}

const source = aSource({ durationSeconds: 10, video: { picture: aPicture(854, 480) } });
const log = pino({ level: "silent" });

interface Bench {
  readonly decodes?: boolean;
  readonly sessions?: number;
  readonly more?: readonly string[];
  readonly cpuRefuses?: boolean;
}

function bench(words: string, wanted: Bench = {}) {
  const { decodes = false, sessions, more = after, cpuRefuses = false } = wanted;
  const ffmpeg = fakeFfmpeg(words, more);
  const metrics = createMetrics(() => true);
  let now = 0;
  const folder = join(ffmpeg.dir, "sessions");
  const tokens =
    sessions === undefined ? undefined : new SessionTokens({ folder, limit: sessions, log });
  const steps = stepsOf("nvenc", { decodes });
  const ladder = new EncodeLadder({ steps, tokens, waitMs: 0, metrics, now: () => now });
  const encode = (mayRepeat = true) => {
    const { signal } = new AbortController();
    const common = { source, profile: aProfile("hls-720p"), device: "", threads: 1 };
    return ladder.climb({
      ...{ sessions: 2, signal, log, mayRepeat: () => mayRepeat },
      run: ({ encoder }) => {
        if (cpuRefuses && encoder.accel === "cpu") throw new JobFailure("too-much-work");
        const plan = planEncode({ ...common, encoder, sourcePath: "/in", outputDir: "/out" });
        const options = { reads: [], signal, stallMs: 10_000, onProgress: () => undefined };
        return ffmpeg.tools.encode(plan.argv, options);
      },
    });
  };
  return { ...ffmpeg, metrics, encode, tokens, wait: (ms: number) => (now += ms) };
}

describe("an encode that the device refuses", () => {
  it.each([
    [said.sessions, "encoder-busy"],
    [said.none, "encoder-unavailable"],
    [said.driver, "encoder-unavailable"],
    [said.old, "encoder-unavailable"],
    [said.lost, "device-failed"],
  ])(
    "with %j goes on in software, and the cause is in the result and the metrics",
    async (words, code) => {
      const { encode, calls, metrics } = bench(words);
      const { accel, warnings } = await encode();
      expect(accel).toBe("cpu");
      expect(calls()).toEqual(["h264_nvenc", "libx264"]);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]?.code).toBe("encoder-fallback");
      expect(warnings[0]?.message).toContain(words.replace(/^\[.*?\] /, "").slice(0, 40));
      expect(await figures(metrics.fallbacks)).toEqual({ [`device-encode cpu ${code}`]: 1 });
    },
  );

  it("tries the device's encoder behind a software decoder before that", async () => {
    const { encode, calls, metrics } = bench(said.none, { decodes: true });
    expect((await encode()).accel).toBe("cpu");
    expect(calls()).toEqual(["-hwaccel cuda", "h264_nvenc", "libx264"]);
    expect(await figures(metrics.fallbacks)).toEqual({
      "device device-encode encoder-unavailable": 1,
      "device-encode cpu encoder-unavailable": 1,
    });
  });

  it("fails when something of it was stored already, with the device's words", async () => {
    const { encode, calls } = bench(said.sessions);
    await expect(encode(false)).rejects.toMatchObject({
      code: "encoder-busy",
      message: expect.stringContaining("OpenEncodeSessionEx failed: out of memory (10)") as string,
    });
    expect(calls()).toEqual(["h264_nvenc"]);
  });
});

describe("a job that is too much work for the CPU", () => {
  it("fails with the device's refusal, and its file is not blamed", async () => {
    const { encode } = bench(said.sessions, { cpuRefuses: true });
    await expect(encode()).rejects.toMatchObject({
      ...{ code: "encoder-busy", kind: "transient" },
      message: expect.stringMatching(/out of memory \(10\).*The CPU would take too long/) as string,
    });
  });
});

describe("a device that keeps failing", () => {
  it("is left alone after three jobs, and used again once a try succeeds", async () => {
    const { encode, calls, broken, metrics, wait } = bench(said.none);
    for (let job = 0; job < 3; job += 1) await encode();
    expect(await figures(metrics.breakerOpen)).toMatchObject({ "device-encode": 1 });
    const fourth = await encode();
    expect(calls().slice(6)).toEqual(["libx264"]);
    expect(fourth.warnings[0]?.message).toContain("No capable devices found");

    rmSync(broken);
    expect((await encode()).accel).toBe("cpu");
    wait(60_000);
    expect(await encode()).toMatchObject({ accel: "nvenc", warnings: [] });
    expect(await figures(metrics.breakerOpen)).toMatchObject({ "device-encode": 0 });
    expect((await encode()).accel).toBe("nvenc");
  });
});

describe("sessions that other jobs of the host have", () => {
  it("send a job to the CPU without a try, and open no breaker", async () => {
    const { encode, calls, tokens, broken, metrics } = bench(said.none, { sessions: 3 });
    rmSync(broken);
    const held = await tokens?.take(2);
    for (let job = 0; job < 4; job += 1) {
      const { accel, warnings } = await encode();
      expect(accel).toBe("cpu");
      expect(warnings[0]?.message).toContain("needs 2 encoder sessions; the GPU has 3");
    }
    expect(calls()).toEqual(["libx264", "libx264", "libx264", "libx264"]);
    expect(await figures(metrics.breakerOpen)).toMatchObject({ "device-encode": 0 });
    await held?.();
    expect((await encode()).accel).toBe("nvenc");
  });

  it("come back when the encode has ended, however it did", async () => {
    const { encode, tokens } = bench(said.none, { sessions: 2 });
    await encode();
    expect(await tokens?.take(2)).toBeDefined();
  });
});

it("a failure of the source is no matter of the device", async () => {
  const { encode, calls } = bench("/in: Invalid data found when processing input", { more: [] });
  await expect(encode()).rejects.toMatchObject({ kind: "input" });
  expect(calls()).toEqual(["h264_nvenc"]);
});
