import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { openUrl, urlSources } from "../../egress/src/sources/url-sources.ts";
import { measure, median, type Recorded } from "../support/egress/measure.ts";
import { openByProxy } from "../support/egress/open-whep.ts";
import { recordOnce, recordParts } from "../support/egress/recorded-source.ts";
import { startWhepServer } from "../support/egress/whep-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { flashingRtmpSource } from "./live-source.ts";

const seconds = Number(process.env["DRIFT_SECONDS"] ?? 600);
const limitMs = 60;

/** The median offset of each tenth, in which one that is late for once plays no part. */
function course({ offsets }: Recorded): number[] {
  const size = Math.max(1, Math.floor(offsets.length / 10));
  return Array.from({ length: 10 }, (_, n) =>
    Math.round(median(offsets.slice(n * size, (n + 1) * size))),
  );
}

function requireInStep(kind: string, recorded: Recorded): void {
  const { offsets, pictures } = recorded;
  const sizes = offsets.map(Math.abs);
  const largest = Math.round(Math.max(...sizes));
  console.log(
    `${kind}: ${pictures} pictures, ${offsets.length} beeps, offsets of tenths in ms: ${course(recorded).join(" ")}, largest ${largest}`,
  );
  expect(offsets.length).toBeGreaterThan(seconds * 0.9 - 10);
  for (const tenth of course(recorded)) expect(Math.abs(tenth)).toBeLessThan(limitMs);
}

describe.concurrent("sound and picture stay in step for ten minutes", () => {
  it(
    "by RTMP",
    async () => {
      const live = await flashingRtmpSource(seconds);
      onTestFinished(() => {
        live.close();
      });
      const { url } = live;
      const { port } = new URL(url);
      const policy = { ports: [Number(port)], ranges: ["127.0.0.0/8"], proxy: undefined };
      const source = await openUrl(urlSources.rtmp, { kind: "rtmp", url }, { policy });
      const folder = temporaryFolder("drift-rtmp-");
      // The publisher may not listen yet: a recorder tries again as well.
      let playlist: string | undefined;
      for (let tries = 0; tries < 50 && playlist === undefined; tries += 1) {
        await pause(200);
        playlist = await recordOnce(source, { folder, video: "h264", audio: "aac" });
      }
      const recorded = await measure(playlist ?? "");
      expect(recorded.pictures).toBe(30 * seconds);
      requireInStep("RTMP", recorded);
    },
    2 * seconds * 1000,
  );

  it(
    "by WHEP",
    async () => {
      const server = await startWhepServer(seconds);
      onTestFinished(() => {
        server.process.kill();
      });
      const source = await openByProxy(server);
      const folder = temporaryFolder("drift-whep-");
      const [file = "", ...others] = await recordParts(source, { folder, video: "vp8" });
      expect(others).toEqual([]);
      requireInStep("WHEP", await measure(file));
    },
    2 * seconds * 1000,
  );
});
