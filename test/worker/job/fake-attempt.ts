import { pino } from "pino";
import type { Lease } from "@framewright/contracts/worker-api.ts";
import { LeaseKeeper } from "../../../worker/src/agent/lease-keeper.ts";
import type { Attempt } from "../../../worker/src/job/attempt.ts";
import { EncodeLadder, stepsOf } from "../../../worker/src/job/encode-ladder.ts";
import { encoders } from "../../../media/encoders/index.ts";
import { UsageMeter } from "../../../worker/src/job/usage-meter.ts";
import type { MediaTools } from "../../../worker/src/media/ffmpeg.ts";
import { createMetrics } from "../../../worker/src/ops/metrics.ts";
import { fakeWorkerApi, lease } from "../fake-api.ts";
import { builtIn } from "../../support/profiles.ts";

export interface FakeAttemptArgs {
  readonly dir: string;
  readonly tools: MediaTools;
  readonly source?: Lease["source"];
}

/** An attempt in a folder of the test, whose keeper sends no heartbeats. */
export function fakeAttempt({ dir, tools, source = lease.source }: FakeAttemptArgs) {
  const api = fakeWorkerApi();
  const log = pino({ level: "silent" });
  const ownLease = { ...lease, source };
  const keeper = new LeaseKeeper({ lease: ownLease, api, log });
  const metrics = createMetrics(() => true);
  const settings = {
    tools,
    encoder: encoders.cpu,
    ladder: new EncodeLadder({
      ...{ steps: stepsOf("cpu", { decodes: false }), tokens: undefined, waitMs: 0, metrics },
    }),
    device: "",
    fonts: {
      configPath: "/work/fonts.conf",
      coverage: () => Promise.resolve({ has: (one: string) => one < "\u3000" }),
    },
    threads: 1,
    scratch: { workDir: dir, limitBytes: undefined, slots: 1 },
    maxSourceBytes: 1_000_000,
    urlInput: undefined,
    models: undefined,
    linesAtOnce: 2,
    piecesAtOnce: 2,
    work: {
      freeSeconds: 1000,
      secondsPerMegabyte: 60,
      maxSeconds: { "720p": 10_000, "1080p": 10_000, "2160p": 10_000 },
    },
    profiles: builtIn,
    limits: { maxSeconds: 100, maxPixels: 10_000_000, maxStreams: 10 },
  };
  const own = { observed: {}, usage: new UsageMeter() };
  const attempt: Attempt = { lease: ownLease, keeper, api, settings, metrics, log, dir, ...own };
  return { attempt, api, keeper, metrics };
}
