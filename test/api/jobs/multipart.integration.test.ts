import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditList } from "@framewright/contracts/audit.ts";
import type { Job, Problem } from "@framewright/contracts/client-api.ts";
import type { Project } from "@framewright/contracts/project.ts";
import type { MultipartTicket, PresignedParts, Upload } from "@framewright/contracts/upload.ts";
import { exec } from "../../../tools/exec.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { until } from "../api-under-test.ts";
import { startEngine, type EngineUnderTest } from "../engine-under-test.ts";

const mebibyte = 1024 ** 2;
const video = randomBytes(12 * mebibyte);
const partBytes = 5 * mebibyte;
/** The store closes the connection of what it refuses: a body that is sent by then has its answer. */
const small = Buffer.from("a video");

let engine: EngineUnderTest;
let s3: S3Client;
beforeAll(async () => {
  engine = await startEngine({ postgres: true, objectStore: true }, { LEASE_SECONDS: "120" });
  const { endpoint, region, ...credentials } = engine.services.s3;
  s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
});
afterAll(async () => {
  s3.destroy();
  await engine.stop();
});

const send = <T>(method: string, path: string, body?: unknown) =>
  engine.client.send<T>(method, path, body);

async function announce(sizeBytes = video.length): Promise<MultipartTicket> {
  const body = { filename: "long.mp4", contentType: "video/mp4", sizeBytes, multipart: true };
  const answer = await send<MultipartTicket>("POST", "/v1/uploads", body);
  expect(answer.status).toBe(201);
  return answer.body;
}

const bytesOf = (number: number) => video.subarray((number - 1) * partBytes, number * partBytes);
const md5Of = (bytes: Buffer) => createHash("md5").update(bytes).digest("base64");

async function urlOf(uploadId: string, number: number, bytes = bytesOf(number)) {
  const { status, body } = await send<PresignedParts>("POST", `/v1/uploads/${uploadId}/parts`, {
    parts: [{ number, md5: md5Of(bytes) }],
  });
  const [part] = body.parts;
  if (status !== 200 || !part) throw new Error(`no URL: ${JSON.stringify(body)}`);
  return part;
}

type Part = PresignedParts["parts"][number];

async function put({ url, headers }: Part, body: Buffer): Promise<number> {
  const digest = headers["content-md5"] ?? "";
  const answer = await fetch(url, {
    method: "PUT",
    headers: { "content-md5": digest },
    body: new Uint8Array(body),
  });
  return answer.status;
}

async function sendPart(uploadId: string, number: number): Promise<void> {
  expect(await put(await urlOf(uploadId, number), bytesOf(number))).toBe(200);
}

const look = async (uploadId: string) =>
  (await send<Upload>("GET", `/v1/uploads/${uploadId}`)).body;
const complete = <T = Upload>(uploadId: string) =>
  send<T>("POST", `/v1/uploads/${uploadId}/complete`);
const numbersOf = ({ stored = [] }: Upload) => stored.map(({ number }) => number);

async function keyOf(uploadId: string): Promise<string> {
  const [row] = await engine.api.query<{ object_key: string }>(
    "SELECT object_key FROM uploads WHERE id = $1",
    [uploadId],
  );
  return row?.object_key ?? "";
}

/** What S3 needs to name the parts, past the API. */
async function storeNames(uploadId: string) {
  const Key = await keyOf(uploadId);
  const sql = "SELECT store_upload_id FROM uploads WHERE id = $1";
  const [row] = await engine.api.query<{ store_upload_id: string }>(sql, [uploadId]);
  return { Bucket: engine.api.bucket, Key, UploadId: row?.store_upload_id ?? "" };
}

/** Whether the store has the very file, with its media type. */
async function isWhole(uploadId: string): Promise<boolean> {
  const command = new GetObjectCommand({ Bucket: engine.api.bucket, Key: await keyOf(uploadId) });
  const { Body, ContentType } = await s3.send(command);
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  return ContentType === "video/mp4" && video.equals(bytes);
}

async function unfinished(key: string): Promise<number> {
  const command = new ListMultipartUploadsCommand({ Bucket: engine.api.bucket, Prefix: key });
  return (await s3.send(command)).Uploads?.length ?? 0;
}

describe("a file in parts", () => {
  it("arrives whole, with its parts out of order, one twice, and by a client that lost its state", async () => {
    const ticket = await announce();
    expect(ticket).toMatchObject({ method: "multipart", partBytes, parts: 3 });
    const { uploadId } = ticket;
    await sendPart(uploadId, 3);
    await sendPart(uploadId, 1);
    await sendPart(uploadId, 1);
    // All that is left to it is the id.
    const found = await look(uploadId);
    expect(found).toMatchObject({ state: "incomplete", partBytes, parts: 3, filename: "long.mp4" });
    expect(found.stored).toMatchObject([
      { number: 1, sizeBytes: partBytes },
      { number: 3, sizeBytes: 2 * mebibyte },
    ]);
    expect(found.stored?.[0]?.etag).toContain(createHash("md5").update(bytesOf(1)).digest("hex"));
    await sendPart(uploadId, 2);
    const { status, body } = await complete(uploadId);
    expect([status, body.state]).toEqual([200, "complete"]);
    expect(await isWhole(uploadId)).toBe(true);
    const job = await engine.client.submit({ input: { uploadId }, profile: "hls-720p" });
    expect(job).toMatchObject({ state: "queued", fileName: "long.mp4" });
  });

  it("of one small part arrives too", async () => {
    const { uploadId, parts } = await announce(small.length);
    expect(parts).toBe(1);
    expect(await put(await urlOf(uploadId, 1, small), small)).toBe(200);
    expect((await complete(uploadId)).status).toBe(200);
  });

  it("without all of them is refused with their numbers, makes no job, and can go on", async () => {
    const { uploadId } = await announce();
    await sendPart(uploadId, 2);
    const { status, body } = await complete<Problem>(uploadId);
    expect([status, body.code]).toEqual([409, "upload-incomplete"]);
    expect(body.detail).toContain("Parts 1, 3 of upload");
    expect(body.errors?.map(({ path }) => path)).toEqual(["parts/1", "parts/3"]);
    const job = { input: { uploadId }, profile: "hls-720p" };
    const refused = await send<Job & Problem>("POST", "/v1/jobs", job);
    expect([refused.status, refused.body.code]).toEqual([409, "upload-incomplete"]);
    expect(refused.body.detail).toContain(`POST /v1/uploads/${uploadId}/complete first`);
    await sendPart(uploadId, 1);
    await sendPart(uploadId, 3);
    expect((await complete(uploadId)).status).toBe(200);
  });

  it("is complete once, however often and however many at once ask for it", async () => {
    const { uploadId } = await announce();
    for (const number of [1, 2, 3]) await sendPart(uploadId, number);
    const answers = await Promise.all(Array.from({ length: 8 }, () => complete(uploadId)));
    expect(answers.filter(({ status }) => status !== 200 && status !== 202)).toEqual([]);
    expect((await complete(uploadId)).body.state).toBe("complete");
    const { body } = await send<AuditList>("GET", "/v1/audit");
    const writes = body.entries.filter(({ targetId }) => targetId === uploadId);
    expect(writes.map(({ action }) => action)).toEqual(["upload.complete", "upload.create"]);
    const again = await send<Problem>("POST", `/v1/uploads/${uploadId}/parts`, {
      parts: [{ number: 1, md5: md5Of(bytesOf(1)) }],
    });
    expect([again.status, again.body.code]).toEqual([409, "upload-completed"]);
  });

  it("that the store joined before its API could say so is complete", async () => {
    const { uploadId } = await announce();
    for (const number of [1, 2, 3]) await sendPart(uploadId, number);
    const Parts = (await look(uploadId)).stored?.map(({ number, etag }) => ({
      PartNumber: number,
      ETag: etag,
    }));
    const names = await storeNames(uploadId);
    await s3.send(new CompleteMultipartUploadCommand({ ...names, MultipartUpload: { Parts } }));
    expect((await look(uploadId)).state).toBe("complete");
    const { status, body } = await complete(uploadId);
    expect([status, body.state]).toEqual([200, "complete"]);
  });
});

describe("docs/upload-in-parts.sh", () => {
  const script = join(import.meta.dirname, "../../../docs/upload-in-parts.sh");
  const run = async (...args: string[]): Promise<string> => {
    const file = join(temporaryFolder("upload-in-parts-"), "long.mp4");
    writeFileSync(file, video);
    const printed = await exec(script, [file, ...args], {
      env: { api: engine.api.url, key: engine.api.key },
    });
    return printed.trim().split("\n").at(-1) ?? "";
  };

  it("uploads a file", async () => {
    const uploadId = await run();
    expect(await look(uploadId)).toMatchObject({ state: "complete", filename: "long.mp4" });
    expect(await isWhole(uploadId)).toBe(true);
  });

  it("goes on with one that broke off", async () => {
    const { uploadId } = await announce();
    await sendPart(uploadId, 2);
    expect(await run(uploadId)).toBe(uploadId);
    expect(await isWhole(uploadId)).toBe(true);
  });
});

/** Sends the head of a PUT and half of its body, and closes the connection. */
async function breakOff({ url, headers }: Part, body: Buffer): Promise<void> {
  const { host, hostname, port, pathname, search } = new URL(url);
  const lines = Object.entries({ ...headers, host }).map(([name, value]) => `${name}: ${value}`);
  const head = [`PUT ${pathname}${search} HTTP/1.1`, ...lines, "", ""].join("\r\n");
  await new Promise<void>((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.on("error", reject).on("close", () => {
      resolve();
    });
    socket.resume();
    socket.write(head);
    socket.end(body.subarray(0, body.length / 2));
  });
}

describe("a part", () => {
  it("of another size or other bytes than announced is refused by the store", async () => {
    const { uploadId } = await announce(small.length);
    const part = await urlOf(uploadId, 1, small);
    expect(await put(part, small.subarray(1))).toBe(403);
    expect(await put(part, Buffer.from("a Video"))).toBe(400);
    expect(numbersOf(await look(uploadId))).toEqual([]);
  });

  it("whose connection breaks is not kept in part", async () => {
    const { uploadId } = await announce();
    const part = await urlOf(uploadId, 1);
    await breakOff(part, bytesOf(1));
    expect(numbersOf(await look(uploadId))).toEqual([]);
    expect(await put(part, bytesOf(1))).toBe(200);
    expect(numbersOf(await look(uploadId))).toEqual([1]);
  });

  it("that has another size in the store is named, with both sizes", async () => {
    const { uploadId } = await announce();
    for (const number of [1, 3]) await sendPart(uploadId, number);
    const names = await storeNames(uploadId);
    const Body = video.subarray(0, 6 * mebibyte);
    await s3.send(new UploadPartCommand({ ...names, PartNumber: 2, Body }));
    const { status, body } = await complete<Problem>(uploadId);
    expect([status, body.code]).toEqual([422, "upload-size-mismatch"]);
    expect(body.errors).toEqual([
      { path: "parts/2", message: `has ${6 * mebibyte} bytes instead of ${partBytes}` },
    ]);
  });

  it("that the file has not has no URL", async () => {
    const { uploadId } = await announce();
    const answer = await send<Problem>("POST", `/v1/uploads/${uploadId}/parts`, {
      parts: [{ number: 4, md5: md5Of(bytesOf(1)) }],
    });
    expect([answer.status, answer.body.code]).toEqual([422, "part-unknown"]);
  });
});

/** The sweeper looks every ten seconds. */
const gone = (key: string) =>
  expect.poll(() => unfinished(key), { timeout: 25_000, interval: 250 }).toBe(0);

const bytesStored = async (): Promise<number> => {
  const [row] = await engine.api.query<{ project_id: string }>(
    "SELECT project_id FROM project_use LIMIT 1",
  );
  const { body } = await send<Project>("GET", `/v1/projects/${row?.project_id ?? ""}`);
  return body.used.bytesStored;
};

describe("an upload that is not completed", () => {
  it("is aborted when it is deleted: its parts go, and its URLs store nothing any more", async () => {
    const before = await bytesStored();
    const sizeBytes = partBytes + small.length;
    const { uploadId } = await announce(sizeBytes);
    expect(await bytesStored()).toBe(before + sizeBytes);
    await sendPart(uploadId, 1);
    const late = await urlOf(uploadId, 2, small);
    const key = await keyOf(uploadId);
    expect(await unfinished(key)).toBe(1);
    expect((await send("DELETE", `/v1/uploads/${uploadId}`)).status).toBe(204);
    expect(await bytesStored()).toBe(before);
    expect((await send("GET", `/v1/uploads/${uploadId}`)).status).toBe(404);
    expect((await complete(uploadId)).status).toBe(404);
    await gone(key);
    expect(await put(late, small)).toBe(404);
  }, 40_000);

  it("goes after a week with its parts; a younger one and a complete one stay", async () => {
    const [old, young, whole] = [await announce(), await announce(), await announce()];
    for (const { uploadId } of [old, young, whole]) await sendPart(uploadId, 1);
    for (const number of [2, 3]) await sendPart(whole.uploadId, number);
    expect((await complete(whole.uploadId)).status).toBe(200);
    const keys = [await keyOf(old.uploadId), await keyOf(young.uploadId)] as const;
    await engine.api.query(
      "UPDATE uploads SET created_at = now() - interval '8 days' WHERE id = ANY($1)",
      [[old.uploadId, whole.uploadId]],
    );
    await gone(keys[0]);
    await until("the row", async () => (await keyOf(old.uploadId)) === "");
    expect(await unfinished(keys[1])).toBe(1);
    expect((await look(young.uploadId)).state).toBe("incomplete");
    expect((await look(whole.uploadId)).state).toBe("complete");
  }, 60_000);
});
