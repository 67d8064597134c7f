import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { describe, expect, it, vi } from "vitest";
import { Value } from "typebox/value";
import { JobResult } from "@framewright/contracts/job.ts";
import { runAttempt } from "../../../worker/src/job/run-attempt.ts";
import type { MediaTools } from "../../../worker/src/media/ffmpeg.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { startStore } from "../store-server.ts";
import { fakeAttempt } from "./fake-attempt.ts";
import { fakeEncode, fakeMediaTools } from "./fake-media-tools.ts";

/** The first bytes of an MP4 file, and some more. */
const source = Buffer.concat([Buffer.from("\0\0\0\x18ftypisom", "latin1"), randomBytes(500)]);

interface Given {
  readonly tools?: Partial<MediaTools>;
  readonly data?: Buffer;
  readonly seconds?: number;
  readonly refuse?: (request: IncomingMessage) => number | undefined;
}

/** An attempt with a real store on loopback and media tools that start no process. */
async function startAttempt({ tools: changes, data = source, seconds = 14, refuse }: Given = {}) {
  const store = await startStore(refuse);
  store.objects.set("/source", data);
  const dir = temporaryFolder("framewright-attempt-");
  const { tools } = fakeMediaTools(seconds, changes);
  const made = fakeAttempt({
    dir,
    tools,
    source: { url: `${store.url}/source?signature=secret`, sizeBytes: data.length },
  });
  made.api.uploads.mockImplementation((_lease, files) =>
    Promise.resolve(
      files.map(({ path }) => ({ path, url: `${store.url}/out/${path}`, headers: {} })),
    ),
  );
  return { ...made, store };
}

describe("an attempt", () => {
  it("downloads, encodes, verifies and stores a stream, and describes it", async () => {
    const { attempt, store, keeper } = await startAttempt();
    const result = await runAttempt(attempt);
    expect(Value.Errors(JobResult, result)).toEqual([]);
    expect(result).toMatchObject({
      master: "master.m3u8",
      poster: "poster.jpg",
      accel: "cpu",
      source: { container: "mov", durationSeconds: 14, sizeBytes: source.length },
      renditions: [
        { name: "480p", playlist: "480p/index.m3u8", width: 854, height: 480, segments: 3 },
        { name: "360p", playlist: "360p/index.m3u8", width: 640, height: 360, segments: 3 },
      ],
      choices: expect.arrayContaining([
        {
          subject: "frame-rate",
          choice: "30 frames per second",
          reason: "The source moves at this rate where it moves fastest.",
        },
      ]) as unknown,
    });
    expect(attempt.observed.source).toEqual(result.source);
    expect(result.checks).toHaveLength(14);
    expect(result.durationSeconds).toBeCloseTo(14, 1);
    expect(keeper.progress).toEqual({ stage: "uploading", percent: 99 });
    const stored = [...store.objects.keys()].filter((path) => path.startsWith("/out/"));
    expect(stored).toHaveLength(4 * 3 + 1 + 3 + 1);
    expect(store.objects.get("/out/master.m3u8")?.toString()).toContain("480p/index.m3u8");
    expect(store.objects.get("/out/360p/index.m3u8")?.toString()).toContain("#EXT-X-ENDLIST");
  });

  it("stores the master playlist when everything else is stored", async () => {
    const { attempt, store } = await startAttempt();
    await runAttempt(attempt);
    const puts = store.requests.filter(({ method }) => method === "PUT").map(({ path }) => path);
    expect(puts.at(-1)).toBe("/out/master.m3u8");
    expect(new Set(puts).size).toBe(puts.length);
  });

  it("stores the master playlist after a playlist that the store refused at first", async () => {
    let refused = 0;
    const { attempt, store } = await startAttempt({
      refuse: ({ url }) => (url?.endsWith("/480p/index.m3u8") && refused++ === 0 ? 503 : undefined),
    });
    await runAttempt(attempt);
    const puts = store.requests.filter(({ method }) => method === "PUT").map(({ path }) => path);
    expect(puts.slice(-2)).toEqual(["/out/480p/index.m3u8", "/out/master.m3u8"]);
    expect(refused).toBe(2);
  });

  it("counts the bytes and the time of its stages", async () => {
    const { attempt, metrics } = await startAttempt();
    const { timings } = await runAttempt(attempt);
    const bytes = (await metrics.bytes.get()).values;
    expect(bytes.find(({ labels }) => labels.direction === "down")?.value).toBe(source.length);
    expect(bytes.find(({ labels }) => labels.direction === "up")?.value).toBeGreaterThan(5000);
    const stages = (await metrics.stages.get()).values
      .filter(({ metricName }) => metricName?.endsWith("_count"))
      .map(({ labels, value }) => [labels.stage, value]);
    expect(stages).toEqual(
      ["downloading", "probing", "encoding", "verifying", "uploading"].map((stage) => [stage, 1]),
    );
    const { totalMs, ...parts } = timings;
    const sum = Object.values(parts).reduce((total, ms) => total + ms, 0);
    expect(totalMs).toBeGreaterThanOrEqual(sum - 5);
  });

  it.each([
    ["an empty file", Buffer.alloc(0), "source-empty"],
    ["a text", Buffer.from("hello, world"), "container-unsupported"],
  ])("refuses %s before it encodes", async (_title, data, code) => {
    const { attempt, store } = await startAttempt({ data });
    await expect(runAttempt(attempt)).rejects.toMatchObject({ code, kind: "input" });
    expect(store.requests.filter(({ method }) => method === "PUT")).toEqual([]);
  });

  it("refuses a file of which part cannot be decoded, and does not publish it", async () => {
    const { attempt, store } = await startAttempt({
      tools: {
        encode: (args) => {
          const outputDir = (args.at(-1) ?? "").replace("/%v/index.m3u8", "");
          return fakeEncode({ outputDir, seconds: 8 });
        },
      },
    });
    await expect(runAttempt(attempt)).rejects.toMatchObject({
      code: "source-damaged",
      kind: "input",
    });
    expect(store.objects.has("/out/master.m3u8")).toBe(false);
  });

  it("does not publish what fails verification, and says everything that is wrong", async () => {
    const { tools } = fakeMediaTools(14);
    const { attempt, store } = await startAttempt({
      tools: {
        run: async (tool, args, options) => {
          const text = await tools.run(tool, args, options);
          return args.includes("pipe:0") ? text.replace('"High"', '"Main"') : text;
        },
      },
    });
    await expect(runAttempt(attempt)).rejects.toMatchObject({
      code: "verification-failed",
      kind: "defect",
      message: expect.stringMatching(/480p states avc1.64001f.*\(and 1 more\)$/) as string,
      detail: expect.stringContaining("360p states avc1.64001f") as string,
    });
    expect([...store.objects.keys()].some((path) => path.endsWith(".m3u8"))).toBe(false);
  });

  it("does not store the master playlist when the attempt is lost before it", async () => {
    const { attempt, api, store } = await startAttempt();
    const sign = api.uploads.getMockImplementation();
    api.uploads.mockImplementation((key, files) => {
      const playlists = files.some(({ path }) => path.endsWith("/index.m3u8"));
      return playlists || !sign ? Promise.resolve(undefined) : sign(key, files);
    });
    await expect(runAttempt(attempt)).rejects.toMatchObject({ name: "Stopped", reason: "lost" });
    expect([...store.objects.keys()].some((path) => path.endsWith(".m3u8"))).toBe(false);
  });

  it("refuses what is too much work before anything is encoded", async () => {
    const { attempt } = await startAttempt();
    const encode = vi.fn(attempt.settings.tools.encode);
    const tools = { ...attempt.settings.tools, encode };
    const work = { ...attempt.settings.work, freeSeconds: 0 };
    const refused = runAttempt({ ...attempt, settings: { ...attempt.settings, tools, work } });
    await expect(refused).rejects.toMatchObject({ code: "too-much-work", kind: "input" });
    expect(encode).not.toHaveBeenCalled();
  });

  it("needs scratch space of twice the source", async () => {
    const { attempt, store } = await startAttempt();
    const huge = { ...attempt.lease.source, sizeBytes: 2 ** 60 };
    const refused = runAttempt({ ...attempt, lease: { ...attempt.lease, source: huge } });
    await expect(refused).rejects.toMatchObject({ code: "scratch-full", kind: "transient" });
    expect(store.requests).toEqual([]);
  });
});
