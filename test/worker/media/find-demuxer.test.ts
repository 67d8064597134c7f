import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { JobFailure, type FailureCode } from "../../../worker/src/failure.ts";
import { findDemuxer } from "../../../worker/src/media/find-demuxer.ts";
import type { MediaTools } from "../../../worker/src/media/ffmpeg.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

type Answer = { readonly name: string; readonly score: number } | FailureCode;

/** Tools whose ffprobe gives the answer, and the arguments it was called with. */
function fakeTools(answer: Answer) {
  const calls: (readonly string[])[] = [];
  const tools: MediaTools = {
    encode: () => Promise.reject(new Error("nothing is encoded")),
    run: (_tool, args) => {
      calls.push(args);
      if (typeof answer === "string") return Promise.reject(new JobFailure(answer));
      const format = { format_name: answer.name, probe_score: answer.score };
      return Promise.resolve(JSON.stringify({ format }));
    },
  };
  return { tools, calls };
}

function find(content: string, answer: Answer = "encoder-failed") {
  const path = join(temporaryFolder("framewright-sniff-"), "source");
  writeFileSync(path, content, "latin1");
  const { tools, calls } = fakeTools(answer);
  return { found: findDemuxer(tools, path, new AbortController().signal), calls };
}

const noise = "\x01\x02\x03\x04 neither media nor text";

describe("the demuxer of a file", () => {
  it("is the one of its first bytes, without asking ffprobe", async () => {
    const { found, calls } = find("\0\0\0\x18ftypisom");
    expect(await found).toBe("mov");
    expect(calls).toEqual([]);
  });

  it.each([
    ["dv", { name: "dv", score: 75 }],
    ["matroska", { name: "matroska,webm", score: 100 }],
    ["mp3", { name: "mp3", score: 25 }],
  ])("is %s where ffprobe says so and the list has it", async (demuxer, answer) => {
    const { found, calls } = find(noise, answer);
    expect(await found).toBe(demuxer);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toContain("-format_whitelist");
    expect(calls[0]).not.toContain("-f");
  });

  it("is ffprobe's where the file begins with zeros", async () => {
    const { found } = find("\0".repeat(500), { name: "mpeg", score: 52 });
    expect(await found).toBe("mpeg");
  });

  it.each<[string, string, Answer, FailureCode, string]>([
    ["is empty", "", "encoder-failed", "source-empty", "The file is empty."],
    ["is a picture", "\xff\xd8\xff\xe0", "encoder-failed", "container-unsupported", "not a video."],
    ["is zeros", "\0\0\0", "encoder-failed", "container-unsupported", "It looks like zeros"],
    [
      "is an archive with a stream in it",
      `PK\x03\x04${"\x47\x01\0\x10".padEnd(188, "\0").repeat(20)}`,
      ...(["encoder-failed", "container-unsupported", "a ZIP archive"] as const),
    ],
    ["is text", "hello", "encoder-failed", "container-unsupported", "It looks like plain text."],
    ["is unknown", noise, "encoder-failed", "container-unsupported", "container type"],
    ["is a guess", noise, { name: "mp3", score: 24 }, "container-unsupported", "container type"],
    ["is forbidden", noise, { name: "hls", score: 100 }, "container-unsupported", "container type"],
    ["is broken", noise, "source-undecodable", "container-unsupported", "container type"],
    ["stalls ffprobe", noise, "encoder-stalled", "container-unsupported", "container type"],
    ["crashes ffprobe", noise, "encoder-crashed", "encoder-crashed", "crashed"],
  ])("is refused with its reason when it %s", async (_title, content, answer, code, words) => {
    const { found } = find(content, answer);
    await expect(found).rejects.toMatchObject({ code });
    await expect(found).rejects.toThrow(words);
  });
});
