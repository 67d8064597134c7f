import { describe, expect, it } from "vitest";
import { processFailure, redact } from "../../../worker/src/media/process-failure.ts";

function failure(change: Partial<Parameters<typeof processFailure>[0]>) {
  return processFailure({ exitCode: 1, signal: null, stderrTail: [], argv: ["ffmpeg"], ...change });
}

describe("the end of a media process", () => {
  it.each<[string, Parameters<typeof failure>[0], string, string]>([
    [
      "a full disk",
      { stderrTail: ["av_write_frame(): No space left on device"] },
      "scratch-full",
      "transient",
    ],
    [
      "too many sessions",
      { stderrTail: ["OpenEncodeSessionEx failed: out of memory (10)"] },
      "encoder-busy",
      "transient",
    ],
    [
      "a GPU without encoder",
      { stderrTail: ["OpenEncodeSessionEx failed: unsupported device (2)"] },
      "encoder-unavailable",
      "defect",
    ],
    [
      "a missing library",
      { stderrTail: ["Cannot load libnvidia-encode.so.1"] },
      "encoder-unavailable",
      "defect",
    ],
    [
      "a missing index",
      { stderrTail: ["[mov @ 0x1] moov atom not found"] },
      "source-unreadable",
      "input",
    ],
    [
      "broken media",
      { stderrTail: ["x: Invalid data found when processing input"] },
      "source-unreadable",
      "input",
    ],
    ["a crash", { exitCode: null, signal: "SIGSEGV" }, "encoder-crashed", "transient"],
    ["a kill", { exitCode: null, signal: "SIGKILL" }, "encoder-killed", "transient"],
    ["anything else", { stderrTail: ["Unknown option"] }, "encoder-failed", "defect"],
  ])("by %s has a kind of its own", (_title, end, code, kind) => {
    expect(failure(end)).toMatchObject({ code, kind });
  });

  it("carries how it ended, the command and the last lines", () => {
    const { detail } = failure({
      exitCode: 69,
      stderrTail: ["one", "two"],
      argv: ["ffmpeg", "-i"],
    });
    expect(detail).toBe("exit code 69\nargv: ffmpeg -i\none\ntwo");
  });

  it.each([
    ["https://store/x.mp4?X-Amz-Signature=abc&y=1 end", "https://store/x.mp4 end"],
    ["amqp://user:password@host/vhost", "amqp://host/vhost"],
    ["file:/work/source and 0:0", "file:/work/source and 0:0"],
  ])("shows %s as %s", (text, wanted) => {
    expect(redact(text)).toBe(wanted);
  });
});
