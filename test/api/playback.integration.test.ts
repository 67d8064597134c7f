import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Value } from "typebox/value";
import { Job } from "@framewright/contracts/client-api.ts";
import { startEngine, type EngineUnderTest } from "./engine-under-test.ts";
import { publishJob } from "./published-job.ts";
import { sampleFiles } from "./worker-under-test.ts";

let engine: EngineUnderTest;
beforeAll(async () => {
  engine = await startEngine({ postgres: true, objectStore: true });
});
afterAll(() => engine.stop());

describe("playback", () => {
  it("lets a player follow from the master playlist to the last segment", async () => {
    const { done, base } = await publishJob(engine.api, engine.client);
    expect(Value.Check(Job, done)).toBe(true);
    const master = await fetch(base);
    expect(await master.text()).toBe(sampleFiles["master.m3u8"]?.[1]);
    const media = await fetch(new URL("720p/index.m3u8", base));
    expect(media.headers.get("content-type")).toBe("application/vnd.apple.mpegurl");
    const segment = await fetch(new URL("720p/0.m4s", base));
    expect(await segment.text()).toBe("0123456789");
    const subtitles = await fetch(new URL("subtitles-1-en/00000.vtt", base));
    expect(subtitles.headers.get("content-type")).toBe("text/vtt; charset=utf-8");
    expect(await subtitles.text()).toBe("WEBVTT\n");
    expect(
      (await fetch((done.posterUrl ?? "").replace("http://api.test", engine.api.url))).ok,
    ).toBe(true);
  });

  it("honours ranges and ETags of the store", async () => {
    const { base } = await publishJob(engine.api, engine.client);
    const url = new URL("720p/0.m4s", base);
    const part = await fetch(url, { headers: { range: "bytes=2-4" } });
    expect([part.status, await part.text()]).toEqual([206, "234"]);
    expect(part.headers.get("content-range")).toBe("bytes 2-4/10");
    const tail = await fetch(url, { headers: { range: "bytes=-3" } });
    expect([tail.status, await tail.text()]).toEqual([206, "789"]);
    const outside = await fetch(url, { headers: { range: "bytes=99-" } });
    expect(outside.status).toBe(416);
    const etag = part.headers.get("etag") ?? "";
    const known = await fetch(url, { headers: { "if-none-match": etag } });
    expect(known.status).toBe(304);
    const head = await fetch(url, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "10"]);
  });

  it("the bucket itself stays shut", async () => {
    const { done } = await publishJob(engine.api, engine.client);
    const key = `jobs/${done.id}/a1/master.m3u8`;
    const answer = await fetch(`${engine.services.s3.endpoint}/${engine.api.bucket}/${key}`);
    expect(answer.status).toBe(403);
  });
});
