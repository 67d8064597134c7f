import { createHash } from "node:crypto";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Lease, UploadsResponse } from "@framewright/contracts/worker-api.ts";
import { startEngine, type EngineUnderTest } from "./engine-under-test.ts";
import { sampleFiles } from "./worker-under-test.ts";

type Ticket = UploadsResponse["uploads"][number];

let engine: EngineUnderTest;
beforeAll(async () => {
  engine = await startEngine({ postgres: true, objectStore: true }, { LEASE_SECONDS: "60" });
});
afterAll(() => engine.stop());

const path = "720p/0.m4s";
const [contentType, content] = sampleFiles[path] ?? ["", ""];
const md5 = createHash("md5").update(content).digest("base64");

async function ticketFor(lease: Lease, more: { md5?: string; sizeBytes?: number } = {}) {
  const files = [{ path, contentType, sizeBytes: content.length, ...more }];
  const url = `/v1/jobs/${lease.jobId}/attempts/${lease.attempt}/uploads`;
  const { body } = await engine.worker.send<UploadsResponse>(url, { files });
  const [ticket] = body.uploads;
  if (!ticket) throw new Error("no address came");
  return ticket;
}

async function put({ url, headers }: Ticket, body: string) {
  return (await fetch(url, { method: "PUT", headers, body })).status;
}

/** What a player gets of the file. */
async function played(lease: Lease): Promise<string> {
  const { playbackUrl = "" } = await engine.client.job(lease.jobId);
  const base = playbackUrl.replace("http://api.test", engine.api.url);
  return (await fetch(new URL(path, base))).text();
}

describe("a file of a result", () => {
  it("is not overwritten by an address from before it was published", async () => {
    const lease = await engine.claimed();
    const kept = await ticketFor(lease);
    await engine.worker.uploadAll(lease);
    expect((await engine.worker.complete(lease)).status).toBe(200);
    const status = await put(kept, "ABCDEFGHIJ");
    expect([status, await played(lease)]).toEqual([412, content]);
  });

  it("is not overwritten before the attempt is completed either, by many at once", async () => {
    const lease = await engine.claimed();
    const tickets = await Promise.all(Array.from({ length: 10 }, () => ticketFor(lease)));
    const statuses = await Promise.all(tickets.map((ticket) => put(ticket, content)));
    expect(statuses.toSorted()).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
  });

  it("is not overwritten without the condition, as a copy, or as a part of another upload", async () => {
    const lease = await engine.claimed();
    const ticket = await ticketFor(lease);
    expect(await put(ticket, content)).toBe(200);
    const source = `${engine.api.bucket}/jobs/${lease.jobId}/a1/${path}`;
    const statuses = await Promise.all([
      put({ ...ticket, headers: { "content-type": contentType } }, "ABCDEFGHIJ"),
      put({ ...ticket, headers: { ...ticket.headers, "if-none-match": '"x"' } }, "ABCDEFGHIJ"),
      put({ ...ticket, headers: { ...ticket.headers, "x-amz-copy-source": source } }, "ABCDEFGHIJ"),
      put({ ...ticket, url: `${ticket.url}&uploadId=x&partNumber=1` }, "ABCDEFGHIJ"),
    ]);
    expect(statuses).toEqual([403, 403, 403, 403]);
  });

  it("can be looked at, so that an upload whose answer got lost is known to have worked", async () => {
    const lease = await engine.claimed();
    const ticket = await ticketFor(lease, { md5 });
    expect(await put(ticket, content)).toBe(200);
    const look = await fetch(ticket.check ?? "", { method: "HEAD" });
    expect([look.status, look.headers.get("content-length")]).toEqual([200, `${content.length}`]);
  });

  it("with other bytes than announced is not stored", async () => {
    const ticket = await ticketFor(await engine.claimed(), { md5 });
    expect(await put(ticket, "ABCDEFGHIJ")).toBe(400);
    expect(await put(ticket, content)).toBe(200);
  });

  it("is not stored in part when its connection ends early, so that it can be sent again", async () => {
    const whole = "x".repeat(100_000);
    const ticket = await ticketFor(await engine.claimed(), {
      sizeBytes: whole.length,
      md5: createHash("md5").update(whole).digest("base64"),
    });
    const { host, hostname, port, pathname, search } = new URL(ticket.url);
    const lines = Object.entries({ ...ticket.headers, host }).map(([a, b]) => `${a}: ${b}\r\n`);
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      socket.on("error", reject).on("close", () => {
        resolve();
      });
      socket.resume();
      // The gateway takes what came until the end of the stream for the whole body.
      socket.end(
        `PUT ${pathname}${search} HTTP/1.1\r\n${lines.join("")}\r\n${whole.slice(0, 5000)}`,
      );
    });
    expect(await put(ticket, whole)).toBe(200);
  });
});
