import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Stopped } from "../../../worker/src/failure.ts";
import { downloadSource } from "../../../worker/src/job/download.ts";
import { putFile } from "../../../worker/src/job/put-file.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { startStore } from "../store-server.ts";

const never = new AbortController().signal;

async function download(
  store: Awaited<ReturnType<typeof startStore>>,
  sizeBytes: number,
  partBytes = 1000,
) {
  const path = join(temporaryFolder("framewright-download-"), "source");
  const url = `${store.url}/source?signature=secret`;
  await downloadSource({ url, sizeBytes, maxBytes: 1000, path, signal: never, partBytes });
  return readFileSync(path, "utf8");
}

/** Lets the pauses between tries pass while the sockets do their real work. */
async function withoutPauses<T>(work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const beat = setInterval(() => vi.advanceTimersByTime(100), 1);
  return work().finally(() => {
    clearInterval(beat);
  });
}

afterEach(() => {
  vi.useRealTimers();
});

describe("a download", () => {
  it("writes the whole source to the scratch folder", async () => {
    const store = await startStore();
    store.objects.set("/source", Buffer.from("video"));
    expect(await download(store, 5)).toBe("video");
  });

  it("is not begun when the source is larger than allowed", async () => {
    const store = await startStore();
    await expect(download(store, 1001)).rejects.toMatchObject({
      code: "source-too-large",
      message: expect.stringContaining("It has 1001 bytes; the limit is 1000.") as string,
    });
    expect(store.requests).toEqual([]);
  });

  it("is tried again after a refusal", async () => {
    let refusals = 2;
    const store = await startStore(() => (refusals-- > 0 ? 503 : undefined));
    store.objects.set("/source", Buffer.from("video"));
    expect(await withoutPauses(() => download(store, 5))).toBe("video");
    expect(store.requests).toHaveLength(3);
  });

  it("comes in parts where it is large, each tried again by itself", async () => {
    const refused = new Set<string>();
    const store = await startStore(({ headers: { range = "" } }) => {
      if (range !== "bytes=4-7" || refused.has(range)) return undefined;
      refused.add(range);
      return 503;
    });
    store.objects.set("/source", Buffer.from("a long video"));
    expect(await withoutPauses(() => download(store, 12, 4))).toBe("a long video");
    expect(store.requests.map(({ headers }) => headers.range).toSorted()).toEqual([
      ...["bytes=0-3", "bytes=4-7", "bytes=4-7", "bytes=8-11"],
    ]);
  });

  it("fails when the object is another one after some parts", { timeout: 20_000 }, async () => {
    const store = await startStore(({ headers }) => {
      if (headers.range === "bytes=4-4") store.objects.set("/source", Buffer.from("other"));
      return undefined;
    });
    store.objects.set("/source", Buffer.from("video"));
    await expect(withoutPauses(() => download(store, 5, 1))).rejects.toMatchObject({
      code: "download-failed",
      message: expect.stringContaining("The object changed while it was read.") as string,
    });
  });

  it("ends with the reason of the stop, not with a failure", async () => {
    const stop = new AbortController();
    const store = await startStore(() => {
      stop.abort(new Stopped("cancelled"));
      return 503;
    });
    const path = join(temporaryFolder("framewright-download-"), "source");
    const args = { url: `${store.url}/source`, sizeBytes: 5, maxBytes: 9, path };
    await expect(downloadSource({ ...args, signal: stop.signal })).rejects.toMatchObject({
      reason: "cancelled",
    });
    expect(store.requests).toHaveLength(1);
  });

  it.each([
    ["more", "video+", "The object grew while it was read."],
    ["fewer", "vid", "3 of 5 bytes came."],
  ])(
    "fails when %s bytes come than were stated",
    { timeout: 20_000 },
    async (_title, data, note) => {
      const store = await startStore();
      store.objects.set("/source", Buffer.from(data));
      await expect(withoutPauses(() => download(store, 5))).rejects.toMatchObject({
        code: "download-failed",
        message: expect.stringContaining(note) as string,
      });
      expect(store.requests).toHaveLength(5);
    },
  );
});

describe("the upload of a file", () => {
  async function put(status?: number, stored?: string) {
    const store = await startStore(({ method }) => (method === "PUT" ? status : undefined));
    if (stored !== undefined) store.objects.set("/a", Buffer.from(stored));
    const localPath = join(temporaryFolder("framewright-put-"), "a");
    writeFileSync(localPath, "segment");
    const upload = {
      path: "a",
      url: `${store.url}/a?signature=secret`,
      headers: { "x-signed": "1" },
      ...(stored !== undefined && { check: `${store.url}/a?signature=look` }),
    };
    await putFile(upload, { path: "a", localPath, sizeBytes: 7 }, never);
    return store;
  }

  it("sends the file with the signed headers and its exact size", async () => {
    const { objects, requests } = await put();
    expect(objects.get("/a")?.toString()).toBe("segment");
    expect(requests).toMatchObject([
      { method: "PUT", headers: { "x-signed": "1", "content-length": "7" } },
    ]);
  });

  it("has worked when the store has the file already, as after an answer that got lost", async () => {
    const { requests } = await put(412, "segment");
    expect(requests.map(({ method }) => method)).toEqual(["PUT", "HEAD"]);
  });

  it("fails for good when the store has another file of this name", async () => {
    await expect(put(412, "segm")).rejects.toMatchObject({
      code: "output-differs",
      kind: "defect",
      message: expect.stringContaining("a has 7 bytes; the store has 4") as string,
    });
  });

  it.each([[307], [403], [412], [503]])("fails when the storage answers %d", async (status) => {
    await expect(put(status)).rejects.toThrow(`storage answered ${status} for a: refused`);
  });
});
