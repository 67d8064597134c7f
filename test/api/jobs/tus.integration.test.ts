import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditList } from "@framewright/contracts/audit.ts";
import type { ApiKeyCreated } from "@framewright/contracts/client-api.ts";
import type { Project } from "@framewright/contracts/project.ts";
import { generatedDigest } from "../../support/tus/generated-file.ts";
import { call, query, until } from "../api-under-test.ts";
import {
  bytes,
  endless,
  idOf,
  mebibyte,
  octets,
  startTus,
  type TusUnderTest,
} from "../tus-under-test.ts";

let tus: TusUnderTest;
beforeAll(async () => {
  tus = await startTus({ TUS_WRITERS: "4", UPLOAD_MAX_BYTES: String(64 * mebibyte) });
}, 120_000);
afterAll(() => tus.stop());

describe("the protocol", () => {
  it("tells what it supports, without a key", async () => {
    const answer = await fetch(`${tus.api.url}/v1/tus`, { method: "OPTIONS" });
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "tus-version": "1.0.0",
      "tus-extension": "creation,creation-with-upload,termination,expiration",
      "tus-max-size": String(64 * mebibyte),
    });
  });

  it("goes on at another replica, byte by byte where it stopped", async () => {
    const path = await tus.announced(6 * mebibyte);
    const first = await tus.patch(path, 0, await bytes(0, 1234));
    expect([first.status, first.headers.get("upload-offset")]).toEqual([204, "1234"]);
    expect(await tus.offsetOf(path, tus.other)).toBe(1234);
    const rest = await bytes(1234, 6 * mebibyte);
    expect((await tus.patch(path, 1234, rest, { at: tus.other })).status).toBe(204);
    expect((await tus.look(idOf(path))).state).toBe("complete");
    expect(await tus.digestOf(idOf(path))).toBe(generatedDigest(6 * mebibyte));
    expect(await tus.offsetOf(path)).toBe(6 * mebibyte);
  });

  it("takes the beginning of the file with its announcement", async () => {
    const body = await bytes(0, 100);
    const { status, headers } = await tus.announce(100, { headers: octets, body });
    expect([status, headers.get("upload-offset")]).toEqual([201, "100"]);
    expect(await tus.digestOf(idOf(headers.get("location") ?? ""))).toBe(generatedDigest(100));
  });

  it("ends a request that still writes when another one comes for the upload", async () => {
    const path = await tus.announced(6 * mebibyte);
    const abort = new AbortController();
    const writing = tus.stream(path, endless(1000), { signal: abort.signal });
    writing.catch(() => undefined);
    await until("a writer", () => tus.isWritten(path));
    expect(await tus.offsetOf(path, tus.other)).toBe(1000);
    const { status, headers } = await writing;
    expect([status, headers.get("upload-offset")]).toEqual([204, "1000"]);
    abort.abort();
  });

  it("refuses bytes that belong elsewhere, and says where to go on", async () => {
    const path = await tus.announced(1000);
    const { status, problem } = await tus.patch(path, 7, await bytes(0, 10));
    expect([status, problem.code]).toEqual([409, "upload-offset-mismatch"]);
    expect(problem.detail).toContain("ask with HEAD how much has arrived");
  });

  it.each([
    ["too large a file", { "upload-length": String(64 * mebibyte + 1) }, 413, "too-large"],
    ["no byte", { "upload-length": "0" }, 400, "invalid-request"],
    ["no length", { "upload-length": "" }, 400, "invalid-request"],
    ["another version of tus", { "tus-resumable": "0.2.2" }, 400, "invalid-request"],
    [
      "a name of two lines",
      { "upload-metadata": `filename ${btoa("a\nb")}` },
      400,
      "invalid-request",
    ],
    ["no media type", { "upload-metadata": `filetype ${btoa("video")}` }, 400, "invalid-request"],
  ])("refuses %s", async (_what, headers, status, code) => {
    const answer = await tus.announce(1000, { headers });
    expect([answer.status, answer.problem.code]).toEqual([status, code]);
    expect(answer.headers.get("tus-resumable")).toBe("1.0.0");
  });

  it("is for keys that may submit, in their project, within its quota", async () => {
    const path = await tus.announced(1000);
    const makeKey = async (body: object) =>
      (await tus.client.send<ApiKeyCreated>("POST", "/v1/api-keys", body)).body.key;
    const reader = await makeKey({ name: "reader", scopes: ["read"] });
    expect((await tus.announce(10, { bearer: reader })).problem.code).toBe("insufficient-scope");
    const { body: project } = await tus.client.send<Project>("POST", "/v1/projects", {
      ...{ name: "small", quotas: { bytesStored: 500 } },
    });
    const stranger = await makeKey({ name: "stranger", projectId: project.id });
    expect((await tus.announce(501, { bearer: stranger })).problem.code).toBe(
      "storage-quota-exceeded",
    );
    expect((await tus.send("HEAD", path, { bearer: stranger })).status).toBe(404);
    expect((await tus.patch(path, 0, await bytes(0, 9), { bearer: stranger })).problem.code).toBe(
      "upload-not-found",
    );
  });

  it("gives an upload up: its row, quota and bytes go", async () => {
    const path = await tus.announced(6 * mebibyte);
    await tus.patch(path, 0, await bytes(0, 5 * mebibyte + 10));
    expect((await tus.send("DELETE", path)).status).toBe(204);
    expect((await tus.send("HEAD", path)).status).toBe(404);
    const { body } = await tus.client.send<AuditList>("GET", "/v1/audit");
    const actions = body.entries.filter(({ targetId }) => targetId === idOf(path));
    expect(actions.map(({ action }) => action)).toEqual(["upload.delete", "upload.create"]);
  });

  it("has the store join the parts when a request that should have done so did not", async () => {
    const path = await tus.announced(1000);
    const uploadId = idOf(path);
    await tus.patch(path, 0, await bytes(0, 1000));
    const sql = "UPDATE uploads SET completed_at = NULL WHERE id = $1";
    await query(tus.services.databaseUrl, sql, [uploadId]);
    expect(await tus.offsetOf(path)).toBe(1000);
    expect((await tus.look(uploadId)).state).toBe("complete");
  });

  it("is bounded per replica and project, and says when to try again", async () => {
    const path = await tus.announced(1000);
    const held: AbortController[] = [];
    for (const other of [await tus.announced(1000), await tus.announced(1000)]) {
      const abort = new AbortController();
      held.push(abort);
      tus.stream(other, endless(1), { signal: abort.signal }).catch(() => undefined);
      await until("a writer", () => tus.isWritten(other));
    }
    const refused = await tus.patch(path, 0, await bytes(0, 10));
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
    for (const abort of held) abort.abort();
    await until("room", async () => (await tus.patch(path, 0, await bytes(0, 10))).status === 204);
  });

  it("other methods are answered 405", async () => {
    const answer = await call("GET", `${tus.api.url}/v1/tus`, {
      headers: { authorization: `Bearer ${tus.key}` },
    });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "OPTIONS, POST"]);
  });
});
