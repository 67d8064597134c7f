import { expect, it, onTestFinished } from "vitest";
import { EventStreams } from "../../../api/routes/event-streams.ts";
import { newId } from "../../../api/ids.ts";
import { clientKey, fakeClientApp } from "../fakes.ts";

it("a key has so many streams, and room again when one ends", () => {
  const streams = new EventStreams({ perKey: 2, total: 10 });
  const leave = streams.enter("a");
  streams.enter("a");
  expect(() => streams.enter("a")).toThrow(/2 event streams open, and 2 are allowed/);
  streams.enter("b");
  leave();
  streams.enter("a");
  expect(() => streams.enter("a")).toThrow(expect.objectContaining({ code: "too-many-streams" }));
});

it("a replica has so many streams for all keys, and room again when they end", () => {
  const streams = new EventStreams({ perKey: 2, total: 3 });
  const leaves = ["a", "b", "c"].map((key) => streams.enter(key));
  expect(() => streams.enter("d")).toThrow(expect.objectContaining({ status: 503 }));
  for (const leave of leaves) leave();
  expect(["a", "a", "b"].map((key) => streams.enter(key))).toHaveLength(3);
});

it("streams of jobs and of recordings take the same room", async () => {
  const { app } = await fakeClientApp({ openStreams: 0 });
  onTestFinished(() => app.close());
  for (const what of ["jobs", "egress"]) {
    const url = `/v1/${what}/${newId()}/events`;
    const headers = { authorization: `Bearer ${clientKey}` };
    const answer = await app.inject({ url, headers });
    expect([what, answer.statusCode]).toEqual([what, 503]);
    expect(answer.body).toContain("All 0 event streams of this replica are in use");
  }
});
