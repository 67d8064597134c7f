import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generatedDigest } from "../../support/tus/generated-file.ts";
import { transfer } from "../../support/tus/transfer.ts";
import { until } from "../api-under-test.ts";
import { bytes, idOf, mebibyte, startTus, type TusUnderTest } from "../tus-under-test.ts";

let tus: TusUnderTest;
beforeAll(async () => {
  tus = await startTus({});
}, 120_000);
afterAll(() => tus.stop());

const metadata = { filename: "Ferien am Meer.mp4", filetype: "video/mp4" };

describe("an upload by tus-js-client", () => {
  it.each([
    ["small requests", 3 * mebibyte + 17],
    ["one request for the whole file", undefined],
  ])(
    "in %s arrives whole although the client is killed twice and the API once",
    async (_how, chunkBytes) => {
      const sizeBytes = 48 * mebibyte + 4321;
      const killServer = async () => {
        await tus.api.end("SIGKILL");
        await tus.api.start();
      };
      const { url, clients, resumedAt } = await transfer(
        {
          ...{ endpoint: `${tus.api.url}/v1/tus`, key: tus.key, sizeBytes, metadata },
          ...(chunkBytes !== undefined && { chunkBytes }),
        },
        [
          { atBytes: 12 * mebibyte, kill: "client" },
          { atBytes: 24 * mebibyte, kill: "server" },
          { atBytes: 36 * mebibyte, kill: "client" },
        ],
        killServer,
      );
      expect(clients).toBe(3);
      expect(resumedAt.every((offset) => offset > 0)).toBe(true);
      const uploadId = idOf(url);
      const upload = await until("the file", async () => {
        const found = await tus.look(uploadId);
        return found.state === "complete" && found;
      });
      expect(upload).toMatchObject({
        ...{ method: "tus", sizeBytes, contentType: "video/mp4", filename: metadata.filename },
      });
      expect(await tus.digestOf(uploadId)).toBe(generatedDigest(sizeBytes));
      expect(await tus.leftovers(uploadId)).toBe(0);
      const job = await tus.client.submit({ input: { uploadId }, profile: "hls-720p" });
      expect(job).toMatchObject({ state: "queued", fileName: metadata.filename });
    },
    150_000,
  );
});

describe("an API that ends", () => {
  it("keeps what has arrived, and its clients go on at another replica", async () => {
    const sizeBytes = 32 * mebibyte;
    const path = await tus.announced(sizeBytes);
    let sent = 0;
    const body = new ReadableStream({
      pull: async (controller) => {
        if (sent >= 7 * mebibyte) return new Promise(() => undefined);
        controller.enqueue(await bytes(sent, sent + mebibyte));
        sent += mebibyte;
        return undefined;
      },
    });
    tus.stream(path, body, { at: tus.other }).catch(() => undefined);
    await until("seven parts", () => sent >= 7 * mebibyte);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await tus.other.end()).toBe(0);
    expect(await tus.offsetOf(path)).toBe(7 * mebibyte);
    await tus.other.start();
  }, 60_000);
});
