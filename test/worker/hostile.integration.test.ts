import { readFileSync, statSync, truncateSync, writeFileSync, copyFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inputGuards } from "../../media/input.ts";
import { clips, ffprobePath } from "../support/clips.ts";
import type { FakeJob } from "../support/fake-worker-api.ts";
import { startBench, until, type WorkerBench } from "../support/worker-process.ts";

const exec = promisify(execFile);
let bench: WorkerBench;
let canary: Server;
let canaryHits = 0;
let canaryUrl: string;

beforeAll(async () => {
  bench = await startBench();
  bench.start({ MAX_SOURCE_SECONDS: "30", MAX_SOURCE_BYTES: "50000000" });
  canary = createServer((_request, response) => {
    canaryHits += 1;
    response.end("#EXTM3U\n");
  });
  await new Promise<void>((resolve) => {
    canary.listen(0, "127.0.0.1", resolve);
  });
  canaryUrl = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/canary`;
});

afterAll(async () => {
  canary.close();
  await bench.close();
});

function file(name: string, content: string | Buffer): string {
  const path = join(bench.dir, name);
  writeFileSync(path, content);
  return path;
}

async function refused(path: string): Promise<FakeJob> {
  const job = bench.api.addJob(path);
  await job.ended;
  expect(job.state).toBe("failed");
  expect(job.stored).toEqual([]);
  expect(JSON.stringify(job.error)).not.toMatch(/-protocol_whitelist|\n +at |@ 0x/);
  expect(JSON.stringify(job.error)).not.toContain(bench.dir);
  return job;
}

/** The clip with noise for all of its samples. */
async function noise(): Promise<string> {
  const data = readFileSync(await clips.silent());
  const start = data.indexOf("mdat") + 4;
  const end = start - 8 + data.readUInt32BE(start - 8);
  for (let at = start; at < end; at += 1) data[at] = (at * 7919 + (at >> 3) * 31) % 251;
  return file("noise.mp4", data);
}

const secret = "the canary sings";

describe("a file that is no video is refused with a reason", () => {
  it.each<[string, () => string | Promise<string>, string]>([
    ["text called mp4", () => file("a.mp4", "hello, this is text"), "container-unsupported"],
    ["nothing", () => file("empty.mp4", ""), "source-empty"],
    ["subtitles alone", () => clips.textOnly(), "nothing-to-play"],
    [
      "a playlist that names a local file",
      () => file("b.mp4", `#EXTM3U\n#EXTINF:1,\nfile://${file("canary.txt", secret)}\n`),
      "container-unsupported",
    ],
    [
      "a playlist that names an address",
      () => file("c.mp4", `#EXTM3U\n#EXTINF:1,\n${canaryUrl}\n#EXT-X-ENDLIST\n`),
      "container-unsupported",
    ],
    [
      "a concat script",
      () => file("d.mp4", `ffconcat version 1.0\nfile '${file("canary.txt", secret)}'\n`),
      "container-unsupported",
    ],
    [
      "a DASH manifest",
      () => file("e.mp4", `<?xml version="1.0"?><MPD><BaseURL>${canaryUrl}</BaseURL></MPD>`),
      "container-unsupported",
    ],
    [
      "an MP4 without its index",
      () => file("f.mp4", Buffer.from("00000018667479706d703432000000006d7034326d703431", "hex")),
      "source-unreadable",
    ],
    [
      "Matroska that is noise behind its first bytes",
      () => file("g.mkv", Buffer.concat([Buffer.from("1a45dfa3", "hex"), Buffer.alloc(4096, 7)])),
      "source-unreadable",
    ],
    ["an MP4 whose samples are noise", noise, "source-undecodable"],
    ["a film that is too long", () => clips.long(), "source-too-long"],
  ])("%s", async (_title, make, code) => {
    const job = await refused(await make());
    expect(job.error).toMatchObject({ kind: "input", code });
    expect(canaryHits).toBe(0);
    expect(JSON.stringify(job)).not.toContain(secret);
  });

  it("a file that ends early", async () => {
    const path = join(bench.dir, "cut.mp4");
    copyFileSync(await clips.indexed(), path);
    truncateSync(path, Math.floor(statSync(path).size * 0.5));
    const job = bench.api.addJob(path);
    await job.ended;
    expect(job.error).toMatchObject({ kind: "input", code: "source-truncated" });
    expect(job.error?.message).toMatch(/It states \d+ bytes, and the file has \d+\./);
    expect(job.stored.map((one) => one.path)).not.toContain("master.m3u8");
  });

  it("a file that is larger than allowed, without a download", async () => {
    const path = file("sparse.mp4", "");
    truncateSync(path, 60_000_000);
    const job = await refused(path);
    expect(job.error).toMatchObject({ kind: "input", code: "source-too-large" });
  });

  it("and the next good job succeeds, with nothing left behind", async () => {
    const job = bench.api.addJob(await clips.sd(3));
    await job.ended;
    expect(job.error).toBeUndefined();
    await until("scratch is clean", () => bench.scratch().length === 0, 3000);
    expect(readFileSync(join(bench.output(job.id), "master.m3u8"), "utf8")).toContain("360p");
  });
});

/** The most memory that one media process of the job held, in MiB. */
async function peakOf(job: FakeJob): Promise<number> {
  let peak = 0;
  const timer = setInterval(() => {
    for (const kib of bench.mediaMemory()) peak = Math.max(peak, kib / 1024);
  }, 20);
  await job.ended;
  clearInterval(timer);
  return peak;
}

describe("pictures of a size that nobody plays", () => {
  it.each<[string, () => Promise<string>]>([
    ["from the start", () => clips.huge()],
    ["from the middle of a stream", () => clips.hugeInTheMiddle()],
  ])("%s are refused before they are decoded", async (_title, make) => {
    const job = bench.api.addJob(await make());
    const peak = await peakOf(job);
    expect(job.error).toMatchObject({ kind: "input", code: "picture-too-large" });
    expect(peak).toBeLessThan(400);
  });
});

describe("a file that takes more memory than the worker has", () => {
  it("fails at once as the file's fault, and the worker goes on", async () => {
    const small = await startBench();
    small.start({ MEDIA_MEMORY_BYTES: `${200 * 1024 ** 2}` });
    const job = small.api.addJob(await clips.hd());
    await job.ended;
    expect(job.error).toMatchObject({ kind: "input", code: "too-much-memory" });
    expect(job.error?.message).toMatch(/It took more than (200|222) MiB\./);
    const next = small.api.addJob(await clips.sd(3));
    await next.ended;
    expect(next.error).toBeUndefined();
    await small.close();
  });
});

describe("each layer holds without the others", () => {
  async function probeError(args: readonly string[]): Promise<string> {
    try {
      await exec(ffprobePath, ["-v", "error", ...args]);
    } catch (error) {
      return (error as { stderr: string }).stderr;
    }
    return "opened";
  }

  it("the protocol whitelist keeps a playlist from the network", async () => {
    const list = file("net.m3u8", `#EXTM3U\n#EXTINF:1,\n${canaryUrl}.ts\n#EXT-X-ENDLIST\n`);
    await probeError(["-protocol_whitelist", "file,pipe", "-f", "hls", `file:${list}`]);
    expect(canaryHits).toBe(0);
  });

  it("the named demuxer does not read a playlist", async () => {
    const list = file("local.m3u8", `#EXTM3U\n#EXTINF:1,\nfile://${await clips.sd(3)}\n`);
    expect(await probeError(["-f", "mov", "-i", `file:${list}`])).not.toBe("opened");
  });

  it("the format whitelist refuses what another demuxer would open", async () => {
    const guards = inputGuards("mov").slice(0, -2);
    const list = file("local2.m3u8", `#EXTM3U\n#EXTINF:1,\nfile://${await clips.sd(3)}\n`);
    expect(await probeError([...guards, `file:${list}`])).not.toBe("opened");
  });
});
