import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { expect } from "vitest";
import type { Problem } from "@framewright/contracts/client-api.ts";
import type { Upload } from "@framewright/contracts/upload.ts";
import { generated } from "../support/tus/generated-file.ts";
import { startServices } from "../support/services.ts";
import { freePorts, migrated, startApiProcess, type ApiProcess } from "./api-process.ts";
import { clientOf, query } from "./api-under-test.ts";

export const mebibyte = 1024 ** 2;
export const octets = { "content-type": "application/offset+octet-stream" };
export const idOf = (url: string) => url.slice(url.lastIndexOf("/") + 1);

export async function bytes(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await buffer(generated(start, end)));
}

/** A body that never ends, after so many bytes. */
export function endless(length: number): ReadableStream {
  return new ReadableStream({
    start: (controller) => {
      controller.enqueue(new Uint8Array(length));
    },
  });
}

interface Asked {
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly at?: ApiProcess;
  readonly bearer?: string;
}

/** The services and two replicas of the API as processes, for tests of tus. */
export async function startTus(env: Record<string, string>) {
  const services = await startServices({ postgres: true, objectStore: true });
  const { databaseUrl } = services;
  const bucket = "tus-videos";
  const key = await migrated(databaseUrl);
  const urls = { databaseUrl, s3: services.s3 };
  const own = { S3_BUCKET: bucket, ...env };
  const api = await startApiProcess(urls, own);
  const other = await startApiProcess(urls, { ...own, ...(await freePorts()) });
  const client = clientOf({ url: api.url, key });
  const { endpoint, region, ...credentials } = services.s3;
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const keyOf = async (uploadId: string): Promise<string> => {
    const sql = "SELECT object_key FROM uploads WHERE id = $1";
    const [row] = await query<{ object_key: string }>(databaseUrl, sql, [uploadId]);
    return row?.object_key ?? "";
  };
  const headersOf = (bearer = key) => ({
    ...{ authorization: `Bearer ${bearer}`, "tus-resumable": "1.0.0" },
  });
  const send = async (method: string, path: string, asked: Asked = {}) => {
    const { headers, body, at = api, bearer } = asked;
    const answer = await fetch(`${at.url}${path}`, {
      ...{ method, headers: { ...headersOf(bearer), ...headers } },
      ...(body && { body }),
    });
    const text = await answer.text();
    const problem = (text === "" ? {} : JSON.parse(text)) as Partial<Problem>;
    return { status: answer.status, headers: answer.headers, problem };
  };
  const announce = (sizeBytes: number, asked: Asked = {}) =>
    send("POST", "/v1/tus", {
      ...asked,
      headers: { "upload-length": String(sizeBytes), ...asked.headers },
    });
  return {
    ...{ services, api, other, key, client, send, announce },
    announced: async (sizeBytes: number): Promise<string> => {
      const { status, headers } = await announce(sizeBytes);
      expect(status).toBe(201);
      return headers.get("location") ?? "";
    },
    patch: (path: string, offset: number, body: Uint8Array<ArrayBuffer>, asked: Asked = {}) =>
      send("PATCH", path, {
        ...{ ...asked, body },
        headers: { ...octets, "upload-offset": String(offset) },
      }),
    /** A request that goes on until it is aborted. */
    stream: (path: string, body: ReadableStream, { at = api, signal }: StreamOptions) =>
      fetch(`${at.url}${path}`, {
        ...{ method: "PATCH", body, duplex: "half", ...(signal && { signal }) },
        headers: { ...headersOf(), ...octets, "upload-offset": "0" },
      }),
    offsetOf: async (path: string, at = api) =>
      Number((await send("HEAD", path, { at })).headers.get("upload-offset")),
    isWritten: async (path: string) => {
      const sql = "SELECT 1 FROM uploads WHERE id = $1 AND writer IS NOT NULL";
      return (await query(databaseUrl, sql, [idOf(path)])).length === 1;
    },
    look: async (uploadId: string) =>
      (await client.send<Upload>("GET", `/v1/uploads/${uploadId}`)).body,
    digestOf: async (uploadId: string): Promise<string> => {
      const command = new GetObjectCommand({ Bucket: bucket, Key: await keyOf(uploadId) });
      const { Body } = await s3.send(command);
      if (!Body || !("pipe" in Body)) throw new Error("no body");
      const hash = createHash("sha256");
      const chunks: AsyncIterable<Buffer> = Body;
      for await (const chunk of chunks) hash.update(chunk);
      return hash.digest("hex");
    },
    /** Objects beside the file. */
    leftovers: async (uploadId: string): Promise<number> => {
      const Prefix = `${await keyOf(uploadId)}.`;
      const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix }));
      return KeyCount ?? 0;
    },
    stop: async () => {
      s3.destroy();
      await Promise.all([api.end(), other.end()]);
      await services.stop();
    },
  };
}

interface StreamOptions {
  readonly at?: ApiProcess;
  readonly signal?: AbortSignal;
}
export type TusUnderTest = Awaited<ReturnType<typeof startTus>>;
