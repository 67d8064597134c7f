import { Value } from "typebox/value";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Problem } from "@framewright/contracts/client-api.ts";
import { defaultJobLimits, maxPutBytes } from "@framewright/contracts/job-limits.ts";
import {
  MultipartTicket,
  PresignedParts,
  Upload,
  UploadTicket,
} from "@framewright/contracts/upload.ts";
import { newId } from "../../../api/ids.ts";
import { clientKey, fakeClientApp } from "../fakes.ts";

let built: Awaited<ReturnType<typeof fakeClientApp>>;
beforeAll(async () => {
  const limits = { ...defaultJobLimits, maxUploadBytes: 2 * maxPutBytes };
  built = await fakeClientApp({ limits });
});
afterAll(() => built.app.close());

const path = `/v1/uploads/${newId()}`;
const file = { contentType: "video/mp4", sizeBytes: 1000 };
const headers = { authorization: `Bearer ${clientKey}` };
const send = (method: "GET" | "POST", url: string, payload?: object) =>
  built.app.inject({ method, url, headers, ...(payload && { payload }) });

describe("an upload", () => {
  it.each([
    ["one PUT", file, UploadTicket],
    ["one PUT of the largest size", { ...file, sizeBytes: maxPutBytes }, UploadTicket],
    ["parts", { ...file, multipart: true }, MultipartTicket],
    [
      "parts, above one PUT",
      { ...file, multipart: true, sizeBytes: maxPutBytes + 1 },
      MultipartTicket,
    ],
  ])("by %s is answered with what its client needs", async (_how, body, schema) => {
    const answer = await send("POST", "/v1/uploads", body);
    expect(answer.statusCode).toBe(201);
    expect(Value.Check(schema, answer.json())).toBe(true);
    expect(answer.headers["cache-control"]).toBe("no-store");
    const { uploadId } = answer.json<{ uploadId: string }>();
    expect(answer.headers.location).toBe(`/v1/uploads/${uploadId}`);
  });

  it("above one PUT is told to come in parts", async () => {
    const answer = await send("POST", "/v1/uploads", { ...file, sizeBytes: maxPutBytes + 1 });
    expect(answer.statusCode).toBe(422);
    expect(answer.json<Problem>()).toMatchObject({
      code: "multipart-required",
      detail: `sizeBytes is ${maxPutBytes + 1}, and one PUT carries ${maxPutBytes}; send "multipart": true`,
    });
  });

  it("is shown with the parts that have arrived", async () => {
    const answer = await send("GET", path);
    expect(answer.statusCode).toBe(200);
    expect(Value.Parse(Upload, answer.json()).stored).toHaveLength(1);
  });

  it.each([
    ["complete", 200],
    ["completing", 202],
  ] as const)("that is %s is answered %s", async (state, status) => {
    built.fresh().service.uploadState = state;
    const answer = await send("POST", `${path}/complete`);
    expect([answer.statusCode, Value.Parse(Upload, answer.json()).state]).toEqual([status, state]);
  });
});

const md5 = "XrY7u+Ae7tCTyyK7j1rNww==";

describe("URLs of parts", () => {
  it("come in the order asked, and are kept by no cache", async () => {
    const parts = [3, 1].map((number) => ({ number, md5 }));
    const answer = await send("POST", `${path}/parts`, { parts });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["cache-control"]).toBe("no-store");
    const given = Value.Parse(PresignedParts, answer.json()).parts;
    expect(given.map(({ number }) => number)).toEqual([3, 1]);
  });

  it.each([
    ["none", []],
    ["101", Array.from({ length: 101 }, () => ({ number: 1, md5 }))],
    ["number 0", [{ number: 0, md5 }]],
    ["number 10001", [{ number: 10_001, md5 }]],
    ["no digest", [{ number: 1 }]],
    ["a digest in hex", [{ number: 1, md5: "5eb63bbbe01eeed093cb22bb8f5acdc3" }]],
  ])("for %s are refused by the schema", async (_what, parts) => {
    const answer = await send("POST", `${path}/parts`, { parts });
    expect([answer.statusCode, answer.json<Problem>().code]).toEqual([400, "invalid-request"]);
  });
});
