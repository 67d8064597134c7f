import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../../api/ids.ts";
import { signPlayback } from "../../../api/keys/playback-token.ts";
import { fakeClientApp, jobRow, playbackSecret, succeededRow } from "../fakes.ts";

const later = new Date(Date.now() + 3_600_000);
let shared: Awaited<ReturnType<typeof fakeClientApp>>;
beforeAll(async () => {
  shared = await fakeClientApp();
  await shared.app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(() => shared.app.close());

function build() {
  const built = { ...shared, ...shared.fresh() };
  const row = succeededRow();
  built.service.jobRows = [row];
  const prefix = `jobs/${row.id}/a2/`;
  built.store.files.set(`${prefix}master.m3u8`, "#EXTM3U");
  built.store.files.set(`${prefix}720p/0.m4s`, "0123456789");
  built.store.files.set(`jobs/${row.id}/a1/master.m3u8`, "of an attempt that was lost");
  built.store.files.set("uploads/secret.mp4", "a source");
  const token = signPlayback({ jobId: row.id, expiresAt: later }, playbackSecret);
  const get = (path: string, headers: Record<string, string> = {}) =>
    built.app.inject({ url: `/v1/playback/${token}/${path}`, headers });
  return { ...built, row, token, get };
}

/** Sends the path as it is; inject and fetch would resolve its dots first. */
function rawStatus(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ port, path, host: "127.0.0.1", agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

describe("playback", () => {
  it("serves the published attempt, to any origin, without a key", async () => {
    const { get, store, row } = build();
    const answer = await get("master.m3u8");
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toBe("#EXTM3U");
    expect(answer.headers).toMatchObject({
      "content-type": "application/vnd.apple.mpegurl",
      "access-control-allow-origin": "*",
      etag: '"abc"',
    });
    expect(store.asked).toEqual([`jobs/${row.id}/a2/master.m3u8`]);
  });

  it.each([
    ["manifest.mpd", "application/dash+xml", "public, max-age=300"],
    ["video.mp4", "video/mp4", "public, max-age=31536000, immutable"],
    ["audio.m4a", "audio/mp4", "public, max-age=31536000, immutable"],
    ["sprite/sprite.vtt", "text/vtt; charset=utf-8", "public, max-age=31536000, immutable"],
    ["sprite/00000.jpg", "image/jpeg", "public, max-age=31536000, immutable"],
  ])("serves %s as %s", async (path, type, cached) => {
    const { get, store, row } = build();
    store.files.set(`jobs/${row.id}/a2/${path}`, "a file");
    const { statusCode, headers } = await get(path);
    expect([statusCode, headers["content-type"], headers["cache-control"]]).toEqual([
      200,
      type,
      cached,
    ]);
  });

  it("lets segments be cached for good and playlists for minutes", async () => {
    const { get } = build();
    expect((await get("720p/0.m4s")).headers["cache-control"]).toContain("immutable");
    expect((await get("master.m3u8")).headers["cache-control"]).toBe("public, max-age=300");
  });

  it("stops when its job is deleted, on a replica that only hears of it too", async () => {
    const { get, service, notifier, row } = build();
    expect((await get("master.m3u8")).statusCode).toBe(200);
    service.jobRows = [];
    notifier.jobChanged(row.id);
    expect((await get("master.m3u8")).statusCode).toBe(404);
  });

  it("does not remember a job that is deleted while it is looked up", async () => {
    const { get, service, notifier, row } = build();
    service.published = () => {
      notifier.jobChanged(row.id);
      return Promise.resolve(2);
    };
    await get("master.m3u8");
    service.published = () => Promise.resolve(undefined);
    expect((await get("master.m3u8")).statusCode).toBe(404);
  });

  it("asks the database once for many files", async () => {
    const { get, service } = build();
    let asked = 0;
    service.published = () => {
      asked += 1;
      return Promise.resolve(2);
    };
    for (let i = 0; i < 5; i++) expect((await get("720p/0.m4s")).statusCode).toBe(200);
    expect(asked).toBe(1);
  });

  it("honours a range", async () => {
    const { get } = build();
    const answer = await get("720p/0.m4s", { range: "bytes=2-4" });
    expect([answer.statusCode, answer.body]).toEqual([206, "234"]);
    expect(answer.headers["content-range"]).toBe("bytes 2-4/10");
  });

  it("refuses a range outside the file and says how long it is", async () => {
    const { get } = build();
    const answer = await get("720p/0.m4s", { range: "bytes=50-" });
    expect(answer.statusCode).toBe(416);
    expect(answer.headers["content-range"]).toBe("bytes */10");
  });

  it("sends all for a range that it does not understand", async () => {
    const { get } = build();
    expect((await get("720p/0.m4s", { range: "bytes=0-1,3-4" })).statusCode).toBe(200);
  });

  it("answers 304 to a client that has the file", async () => {
    const { get } = build();
    const answer = await get("master.m3u8", { "if-none-match": '"abc"' });
    expect([answer.statusCode, answer.body]).toEqual([304, ""]);
  });

  it("answers HEAD without reading the file", async () => {
    const { app, token } = build();
    const answer = await app.inject({
      method: "HEAD",
      url: `/v1/playback/${token}/720p/0.m4s`,
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["content-length"]).toBe("10");
    expect(answer.body).toBe("");
  });

  it("answers a preflight", async () => {
    const { app, token } = build();
    const url = `/v1/playback/${token}/master.m3u8`;
    const answer = await app.inject({ method: "OPTIONS", url });
    expect(answer.statusCode).toBe(204);
    expect(answer.headers["access-control-allow-headers"]).toContain("range");
  });

  it.each([
    "../a1/master.m3u8",
    "..%2fa1%2fmaster.m3u8",
    "%2e%2e/a1/master.m3u8",
    "%2e%2e%2f%2e%2e%2f%2e%2e%2fuploads%2fsecret.mp4",
    "720p/../../a1/master.m3u8",
    "720p/..%2f..%2fa1/master.m3u8",
    "/master.m3u8",
    "./master.m3u8",
    "720p//0.m4s",
    "720p\\..\\x",
    "master.m3u8%00",
    "master.m3u8%0a",
    ".hidden",
    "a/b/c/d/e",
    "x".repeat(300),
    "",
  ])("gives nothing but the published files: %j", async (path) => {
    const { app, token, store, row } = build();
    const { port } = app.server.address() as { port: number };
    const status = await rawStatus(port, `/v1/playback/${token}/${path}`);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    const outside = store.asked.filter((key) => !key.startsWith(`jobs/${row.id}/a2/`));
    expect(outside).toEqual([]);
  });

  it("knows no job without a published attempt", async () => {
    const { app, service } = build();
    const row = jobRow({ state: "running", attempt: 1 });
    service.jobRows.push(row);
    const token = signPlayback({ jobId: row.id, expiresAt: later }, playbackSecret);
    const answer = await app.inject(`/v1/playback/${token}/master.m3u8`);
    expect(answer.statusCode).toBe(404);
  });

  it.each([
    [
      "expired",
      (id: string) => ({ jobId: id, expiresAt: new Date(Date.now() - 1000) }),
      playbackSecret,
    ],
    ["of another secret", (id: string) => ({ jobId: id, expiresAt: later }), "another"],
    ["of an unknown job", () => ({ jobId: newId(), expiresAt: later }), playbackSecret],
  ])("gives nothing for a token that is %s", async (_what, grantOf, secret) => {
    const { app, row, store } = build();
    const token = signPlayback(grantOf(row.id), secret);
    const answer = await app.inject(`/v1/playback/${token}/master.m3u8`);
    expect(answer.statusCode).toBe(404);
    expect(store.asked).toEqual([]);
  });
});
