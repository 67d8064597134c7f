import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiRefused, ApiUnreachable } from "../../../worker/src/agent/http.ts";
import { JobFailure, Stopped } from "../../../worker/src/failure.ts";
import { Uploader, type UploaderArgs } from "../../../worker/src/job/uploader.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

function md5(zeros: number): string {
  return createHash("md5").update(Buffer.alloc(zeros)).digest("base64");
}

interface Store {
  readonly sign: UploaderArgs["sign"];
  readonly put: UploaderArgs["put"];
}

/** An uploader with a store in memory, which takes everything unless the test says otherwise. */
function startUploader(changes: Partial<Store> = {}) {
  const folder = temporaryFolder("framewright-uploader-");
  const stop = new AbortController();
  const sign = vi.fn<UploaderArgs["sign"]>(
    changes.sign ??
      ((files) =>
        Promise.resolve(files.map(({ path }) => ({ path, url: `signed:${path}`, headers: {} })))),
  );
  const put = vi.fn<UploaderArgs["put"]>(changes.put ?? (() => Promise.resolve()));
  const assertHeld = vi.fn(() => {
    stop.signal.throwIfAborted();
  });
  const onBytes = vi.fn();
  const uploader = new Uploader({ sign, put, assertHeld, signal: stop.signal, onBytes });
  const add = async (path: string, bytes = 10): Promise<void> => {
    const localPath = join(folder, path.replaceAll("/", "-"));
    writeFileSync(localPath, Buffer.alloc(bytes));
    await uploader.add({ path, localPath });
  };
  return { uploader, add, sign, put, assertHeld, onBytes, stop };
}

/** Lets everything happen that is due, and all pauses pass. */
async function finish(uploader: Uploader): Promise<unknown> {
  const end = uploader.drained().then(
    () => "stored",
    (error: unknown) => error,
  );
  await vi.runAllTimersAsync();
  return end;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate"] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the uploader", () => {
  it("asks once for the addresses of what is ready, and stores each file at its own", async () => {
    const { uploader, add, sign, put, onBytes } = startUploader();
    await add("720p/init.mp4", 7);
    await add("720p/00000.m4s", 11);
    await add("poster.jpg", 3);
    expect(await finish(uploader)).toBe("stored");
    expect(sign.mock.calls).toEqual([
      [
        [
          { path: "720p/init.mp4", sizeBytes: 7, md5: md5(7), contentType: "video/mp4" },
          { path: "720p/00000.m4s", sizeBytes: 11, md5: md5(11), contentType: "video/iso.segment" },
          { path: "poster.jpg", sizeBytes: 3, md5: md5(3), contentType: "image/jpeg" },
        ],
      ],
    ]);
    const stored = put.mock.calls.map(([upload, file]) => [upload.url, file.path, file.sizeBytes]);
    expect(stored).toEqual([
      ["signed:720p/init.mp4", "720p/init.mp4", 7],
      ["signed:720p/00000.m4s", "720p/00000.m4s", 11],
      ["signed:poster.jpg", "poster.jpg", 3],
    ]);
    expect(onBytes.mock.calls.flat()).toEqual([7, 11, 3]);
  });

  it("asks for at most 100 addresses at a time", async () => {
    const { uploader, add, sign } = startUploader();
    for (let index = 0; index < 150; index += 1) await add(`v/${index}.m4s`);
    expect(await finish(uploader)).toBe("stored");
    expect(sign.mock.calls.map(([files]) => files.length)).toEqual([100, 50]);
  });

  it("stores at most four files at a time", async () => {
    let [busy, most] = [0, 0];
    const { uploader, add } = startUploader({
      put: async () => {
        busy += 1;
        most = Math.max(most, busy);
        await new Promise((resolve) => setTimeout(resolve, 100));
        busy -= 1;
      },
    });
    for (let index = 0; index < 10; index += 1) await add(`v/${index}.m4s`);
    expect(await finish(uploader)).toBe("stored");
    expect(most).toBe(4);
  });

  it("is drained only when the last file is stored", async () => {
    const gate = Promise.withResolvers<undefined>();
    const { uploader, add } = startUploader({ put: () => gate.promise });
    await add("a.m4s");
    let drained = false;
    const end = uploader.drained().then(() => {
      drained = true;
    });
    await vi.runAllTimersAsync();
    expect(drained).toBe(false);
    gate.resolve(undefined);
    await end;
  });

  it("stores again what was refused, each time at a new address", async () => {
    const { uploader, add, sign, put, onBytes } = startUploader();
    put.mockRejectedValueOnce(new Error("503")).mockRejectedValueOnce(new Error("403"));
    await add("a.m4s");
    expect(await finish(uploader)).toBe("stored");
    expect([sign.mock.calls.length, put.mock.calls.length]).toEqual([3, 3]);
    expect(onBytes).toHaveBeenCalledOnce();
    expect(uploader.failed.aborted).toBe(false);
  });

  it("does not try again what another try cannot change", async () => {
    const { uploader, add, put } = startUploader({
      put: () => Promise.reject(new JobFailure("output-differs")),
    });
    await add("a.m4s");
    expect(await finish(uploader)).toMatchObject({ code: "output-differs" });
    expect(put).toHaveBeenCalledOnce();
  });

  it("gives up after seven tries, and says so without the signature of an address", async () => {
    const { uploader, add, put } = startUploader({
      put: () => Promise.reject(new Error("no route to http://store/a?signature=secret")),
    });
    await add("a.m4s");
    await add("b.m4s");
    const failure = await finish(uploader);
    expect(failure).toBeInstanceOf(JobFailure);
    expect(failure).toMatchObject({ code: "upload-failed", kind: "transient" });
    expect(String(failure)).toContain("no route to http://store/a");
    expect(String(failure)).not.toContain("secret");
    expect(put).toHaveBeenCalledTimes(14);
    expect(uploader.failed.reason).toMatchObject({ code: "upload-failed" });
  });

  it("bridges half a minute of a storage that is away", async () => {
    const start = Date.now();
    vi.useFakeTimers({ now: start });
    const { uploader, add } = startUploader({
      put: () =>
        Date.now() - start < 8000 ? Promise.reject(new Error("away")) : Promise.resolve(),
    });
    await add("a.m4s");
    expect(await finish(uploader)).toBe("stored");
  });

  it("asks again for addresses for as long as the API is away", async () => {
    const { uploader, add, sign, assertHeld } = startUploader();
    for (let failure = 0; failure < 20; failure += 1) {
      sign.mockRejectedValueOnce(new ApiUnreachable("/uploads", "status 503"));
    }
    await add("a.m4s");
    expect(await finish(uploader)).toBe("stored");
    expect(sign).toHaveBeenCalledTimes(21);
    expect(assertHeld.mock.calls.length).toBeGreaterThanOrEqual(21);
  });

  it("fails at once when the API refuses to give addresses", async () => {
    const { uploader, add, sign, put } = startUploader({
      sign: () => Promise.reject(new ApiRefused("/uploads", 400, "bad path")),
    });
    await add("a.m4s");
    expect(await finish(uploader)).toBeInstanceOf(ApiRefused);
    expect([sign.mock.calls.length, put.mock.calls.length]).toEqual([1, 0]);
    expect(uploader.failed.aborted).toBe(true);
  });

  it("stops as lost when the attempt is another worker's", async () => {
    const { uploader, add, put } = startUploader({ sign: () => Promise.resolve(undefined) });
    await add("a.m4s");
    expect(await finish(uploader)).toMatchObject({ name: "Stopped", reason: "lost" });
    expect(put).not.toHaveBeenCalled();
  });

  it("writes nothing when the lease has run out after the addresses came", async () => {
    const { uploader, add, assertHeld, put } = startUploader();
    assertHeld
      .mockImplementationOnce(() => undefined)
      .mockImplementation(() => {
        throw new Stopped("lost");
      });
    await add("a.m4s");
    expect(await finish(uploader)).toMatchObject({ reason: "lost" });
    expect(put).not.toHaveBeenCalled();
  });

  it("never stores a file at the address of another one", async () => {
    const { uploader, add, put } = startUploader({
      sign: (files) =>
        Promise.resolve(files.map(() => ({ path: "other.m4s", url: "signed:other", headers: {} }))),
    });
    await add("a.m4s");
    expect(await finish(uploader)).toMatchObject({ code: "upload-failed" });
    expect(put).not.toHaveBeenCalled();
  });

  it("does not try again once the attempt is stopped", async () => {
    const { uploader, add, put, stop } = startUploader();
    put.mockImplementation(() => {
      stop.abort(new Stopped("cancelled"));
      return Promise.reject(new Error("aborted"));
    });
    await add("a.m4s");
    await add("b.m4s");
    expect(await finish(uploader)).toBeInstanceOf(Error);
    expect(put).toHaveBeenCalledOnce();
  });

  it("takes more files after it was drained", async () => {
    const { uploader, add, sign } = startUploader();
    await add("a.m4s");
    expect(await finish(uploader)).toBe("stored");
    await add("master.m3u8");
    expect(await finish(uploader)).toBe("stored");
    expect(sign.mock.calls[1]?.[0]).toMatchObject([{ path: "master.m3u8" }]);
  });
});
