import { onTestFinished, describe, expect, it } from "vitest";
import { openByProxy as open } from "../support/egress/open-whep.ts";
import { measure, median } from "../support/egress/measure.ts";
import { recordParts } from "../support/egress/recorded-source.ts";
import { startWhepServer } from "../support/egress/whep-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("a stream of a WHEP server", () => {
  it("is recorded with every picture, and its sound in step, though the server is not ready at first", async () => {
    const server = await startWhepServer(12, [404, 503]);
    onTestFinished(() => {
      server.process.kill();
    });
    const source = await open(server);
    const [file = "", ...others] = await recordParts(source, {
      folder: temporaryFolder("whep-"),
      video: "vp8",
    });
    expect(others).toEqual([]);
    expect(await source.ended).toMatchObject({ code: "source-silent" });
    const recorded = await measure(file);
    expect(recorded.pictures).toBeGreaterThan(100);
    expect(recorded.pictures).toBe(source.session.figures.pictures);
    // What the sender left out is its own affair; nothing is repeated or in another order.
    expect([...recorded.steps.keys()].filter((step) => step < 1)).toEqual([]);
    expect(recorded.offsets.length).toBeGreaterThan(3);
    expect(Math.abs(median(recorded.offsets))).toBeLessThan(60);
  });

  it("is refused for good where its server refuses", async () => {
    const server = await startWhepServer(60, [401]);
    onTestFinished(() => {
      server.process.kill();
    });
    const source = await open(server);
    expect(await source.ended).toEqual({
      code: "source-refused",
      message: "The WHEP server answered 401; 201 is expected",
    });
  });

  it("does not begin where the server's address is not allowed", async () => {
    const server = await startWhepServer(60);
    onTestFinished(() => {
      server.process.kill();
    });
    const source = await open({ url: server.url, ranges: [] });
    expect(await source.ended).toEqual({
      code: "source-refused",
      message: "The source has an address that is not allowed",
    });
  });
});
