import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Upload } from "tus-js-client";
import { createTusUploads } from "../../../api/jobs/tus-server.ts";
import type { UploadRow } from "../../../api/jobs/uploads.ts";
import { clientKey, fakeClientApp } from "../fakes.ts";
import { fakeEngine, keepAll, unlimited } from "../fake-engine.ts";

const mebibyte = 1024 ** 2;
const partBytes = 5 * mebibyte;

/** The rows of uploads as their inserts gave them. */
function fakeRows() {
  const rows = new Map<unknown, UploadRow>();
  const change = (id: unknown, fields: Partial<UploadRow>) => {
    const row = rows.get(id);
    if (row) rows.set(id, { ...row, ...fields });
    return row ? 1 : 0;
  };
  return {
    rows,
    script: {
      "insert-upload": (values: readonly unknown[]) => {
        const [id, , key, filename, contentType, size, bytes, metadata] = values;
        rows.set(id, {
          ...{ id: String(id), object_key: String(key), content_type: String(contentType) },
          ...{ size_bytes: String(size), part_bytes: String(bytes), created_at: new Date() },
          filename: typeof filename === "string" ? filename : null,
          ...{ tus_metadata: String(metadata), store_upload_id: null },
          ...{ completing: false, completed_at: null },
        });
        return [{ created_at: new Date() }];
      },
      "room-for-upload": [unlimited],
      "upload-begun": ([id, storeId]: readonly unknown[]) =>
        change(id, { store_upload_id: String(storeId) }),
      upload: ([id]: readonly unknown[]) => {
        const row = rows.get(id);
        return row ? [row] : [];
      },
      "upload-completed": ([id]: readonly unknown[]) => change(id, { completed_at: new Date() }),
      "keep-upload": [{ writer_asked: false }],
    },
  };
}

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function listening(writers = 4) {
  const { rows, script } = fakeRows();
  const engine = fakeEngine(script, { retention: { ...keepAll, unfinishedDays: 7 } });
  const tus = createTusUploads(engine.context, { maxBytes: 100 * mebibyte, writers });
  const { app } = await fakeClientApp({ tus });
  await app.listen({ port: 0, host: "127.0.0.1" });
  close = () => app.close();
  const { port } = app.server.address() as AddressInfo;
  return { ...engine, rows, endpoint: `http://127.0.0.1:${port}/v1/tus` };
}

const headers = { authorization: `Bearer ${clientKey}` };

/** Ends by success, by an error, or where the test stops it. */
function upload(endpoint: string, content: Buffer, more: Partial<Upload["options"]> = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const client = new Upload(content, {
    ...{ endpoint, headers, retryDelays: [10, 10, 10], storeFingerprintForResuming: false },
    onSuccess: () => {
      resolve(client.url ?? "");
    },
    onError: reject,
    ...more,
  });
  client.start();
  return { client, done: promise };
}

const content = Buffer.alloc(12 * mebibyte + 99, "framewright");

describe("an upload by tus-js-client", () => {
  it("becomes parts of one size, and the file", async () => {
    const { endpoint, rows, files, db, parts } = await listening();
    const metadata = { filename: "holiday.mp4", filetype: "video/mp4" };
    const sizes: number[] = [];
    const seen = () => {
      for (const stored of parts.values()) sizes.splice(0, 9, ...stored.map((p) => p.sizeBytes));
    };
    const { done } = upload(endpoint, content, {
      ...{ metadata, chunkSize: 3 * mebibyte, onChunkComplete: seen },
    });
    const url = await done;
    expect(sizes.slice(0, 2)).toEqual([partBytes, partBytes]);
    const [row] = [...rows.values()];
    expect(url).toBe(`${endpoint}/${row?.id ?? ""}`);
    expect(row).toMatchObject({ filename: "holiday.mp4", content_type: "video/mp4" });
    expect([...files].map(([key, text]) => [key, text.length])).toEqual([
      [row?.object_key, content.length],
    ]);
    expect(db.executions("record-write").map(([, , , action]) => action)).toEqual([
      "upload.create",
      "upload.complete",
    ]);
  });

  it("goes on in the middle of a part, from a tail in the store", async () => {
    const { endpoint, files } = await listening();
    let accepted = 0;
    const { promise: stopped, resolve } = Promise.withResolvers<string>();
    const { client } = upload(endpoint, content, {
      chunkSize: 3 * mebibyte,
      onChunkComplete: (_size, bytes) => {
        accepted = bytes;
        if (bytes === 9 * mebibyte)
          void client.abort().then(() => {
            resolve(client.url ?? "");
          });
      },
    });
    const uploadUrl = await stopped;
    expect(accepted).toBe(9 * mebibyte);
    expect([...files].map(([key, text]) => [key.slice(-6), text.length])).toEqual([
      ["tail-2", 4 * mebibyte],
    ]);
    await upload(endpoint, content, { uploadUrl }).done;
    expect([...files.values()].map((text) => text.length)).toEqual([content.length]);
  });
});
