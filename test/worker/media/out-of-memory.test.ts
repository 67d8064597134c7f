import { describe, expect, it } from "vitest";
import { processFailure } from "../../../worker/src/media/process-failure.ts";

type End = Parameters<typeof processFailure>[0];

const mib = 1024 ** 2;
const ended: End = {
  ...{ exitCode: 1, signal: null, reason: undefined, readsOwnOutput: false },
  ...{ memoryBytes: 691 * mib, dataBytes: 768 * mib, dataShare: 0 },
  ...{ stderrTail: [], argv: ["ffmpeg"] },
};

describe("a media process at the kernel's limit of memory", () => {
  const noPicture = ["[h264 @ 0x1] get_buffer() failed", "[h264 @ 0x1] no frame!"];
  const tooWide =
    "[IMGUTILS @ 0x2] Picture size 16000x16000 exceeds specified max pixel count 34471936";
  it.each<[string, Partial<End>, string]>([
    [
      "that says so",
      { stderrTail: ["x264 [error]: malloc of size 7088704 failed"] },
      "too-much-memory",
    ],
    [
      "that has no memory for a picture",
      { stderrTail: noPicture, dataShare: 0.8 },
      "too-much-memory",
    ],
    [
      "that has other reasons to make no picture",
      { stderrTail: noPicture, dataShare: 0.2 },
      "encoder-failed",
    ],
    ["that crashes", { signal: "SIGSEGV", dataShare: 0.95 }, "too-much-memory"],
    ["that hangs", { signal: "SIGKILL", reason: "stalled", dataShare: 0.95 }, "too-much-memory"],
    [
      "that was ended as it asked for more",
      { signal: "SIGKILL", reason: "data" },
      "too-much-memory",
    ],
    [
      "whose picture is too large",
      { signal: "SIGKILL", reason: "data", stderrTail: [tooWide, ...noPicture], dataShare: 0.6 },
      "picture-too-large",
    ],
  ])("%s ends with the right code", (_title, change, code) => {
    const found = processFailure({ ...ended, ...change });
    expect(found.code).toBe(code);
    if (code === "too-much-memory") expect(found.message).toContain("more than 768 MiB.");
  });
});
