import { setTimeout as pause } from "node:timers/promises";
import { pino } from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { openRoom } from "../../egress/src/livekit/open-room.ts";
import type { LiveSource } from "../../egress/src/rtp/live-source.ts";
import { LivekitServer } from "../support/egress/livekit-server.ts";
import { measure, median, type Recorded } from "../support/egress/measure.ts";
import { recordParts } from "../support/egress/recorded-source.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const log = pino({ level: "silent" });

async function open(server: LivekitServer, url: string, silentSeconds = 20): Promise<LiveSource> {
  const source = await openRoom(
    { kind: "livekit", url },
    {
      policy: {
        ports: [],
        ranges: [],
        proxy: undefined,
        livekit: server,
        hostAddresses: ["127.0.0.1"],
      },
      ...{ signal: new AbortController().signal, log, scratch: "" },
      patience: { startSeconds: 10, silentSeconds },
    },
  );
  onTestFinished(() => source.close());
  return source;
}

/** Waits until so many more pictures were handed on: not for seconds, of which a busy machine has fewer. */
async function pictures(source: LiveSource, count: number): Promise<void> {
  const enough = source.session.figures.pictures + count;
  while (source.session.figures.pictures < enough) await pause(100);
}

const stepsBack = ({ steps }: Recorded): number[] => [...steps.keys()].filter((step) => step < 1);
const skew = ({ offsets }: Recorded): number => Math.abs(median(offsets));

describe("a room of LiveKit", () => {
  it("is recorded as it comes, over a publisher that drops and another size, until it is deleted", async () => {
    const server = await LivekitServer.start();
    const first = await server.publish({ room: "a room", codec: "h264" });
    const source = await open(server, "livekit://a%20room");
    const recording = recordParts(source, { folder: temporaryFolder("room-"), video: "h264" });
    await pictures(source, 150);
    first.kill();
    await pause(3000);
    const second = await server.publish({ room: "a room", codec: "h264", from: 100 });
    await pictures(source, 150);
    second.say("size 320x180");
    await pictures(source, 150);
    await server.deleteRoom("a room");
    expect(await source.ended).toMatchObject({ code: "source-ended" });
    const parts = await Promise.all((await recording).map(measure));
    expect(parts).toHaveLength(2);
    const [whole, small] = parts;
    if (whole === undefined || small === undefined) throw new Error("a part is missing");
    expect(whole.pictures + small.pictures).toBe(source.session.figures.pictures);
    expect(whole.pictures).toBeGreaterThanOrEqual(300);
    // The first picture of a publisher is black: its counter shows 0.
    expect(stepsBack(whole).length).toBeLessThanOrEqual(1);
    expect(skew(whole)).toBeLessThan(60);
    expect(skew(small)).toBeLessThan(60);
  });

  it("is recorded from VP8 with every picture", async () => {
    const server = await LivekitServer.start();
    const publisher = await server.publish({ room: "vp8", codec: "vp8" });
    const source = await open(server, "livekit://vp8?participant=publisher", 3);
    const recording = recordParts(source, { folder: temporaryFolder("room-"), video: "vp8" });
    await pictures(source, 200);
    publisher.say("leave");
    expect(await source.ended).toMatchObject({ code: "source-silent" });
    const [file = ""] = await recording;
    const recorded = await measure(file);
    expect(recorded.pictures).toBe(source.session.figures.pictures);
    expect(stepsBack(recorded)).toEqual([]);
    expect(skew(recorded)).toBeLessThan(60);
  });

  it("that nobody enters does not start", async () => {
    const server = await LivekitServer.start();
    const empty = await open(server, "livekit://empty");
    expect(await empty.ended).toMatchObject({ code: "source-not-started" });
  });
});
