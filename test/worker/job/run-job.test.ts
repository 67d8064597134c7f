import { encoders } from "../../../media/encoders/index.ts";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import type { JobResult } from "@framewright/contracts/job.ts";
import { ApiRefused, ApiUnreachable } from "../../../worker/src/agent/http.ts";
import type { WorkerApi } from "../../../worker/src/agent/worker-api.ts";
import { JobFailure, Stopped, type StopReason } from "../../../worker/src/failure.ts";
import type { Attempt, JobSettings } from "../../../worker/src/job/attempt.ts";
import { startJob } from "../../../worker/src/job/run-job.ts";
import { createMetrics } from "../../../worker/src/ops/metrics.ts";
import { sampleResult } from "../../api/api-under-test.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { fakeWorkerApi, lease } from "../fake-api.ts";

const result = { master: "master.m3u8" } as JobResult;

/** Runs one job to its end; `makeResult` is the whole attempt. */
async function runJob(
  makeResult: (attempt: Attempt) => Promise<JobResult>,
  answers: Partial<WorkerApi> = {},
  leaseSeconds = 30,
) {
  const api = fakeWorkerApi(answers);
  const workDir = temporaryFolder("framewright-run-job-");
  const metrics = createMetrics(() => true);
  const logged: string[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => logged.push(line) });
  const lines = (message: string) =>
    logged
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ msg }) => msg === message);
  const scratch = { workDir, limitBytes: undefined, slots: 1 };
  const settings = { scratch, encoder: encoders.cpu } as JobSettings;
  const job = startJob({ api, settings, metrics, log, makeResult }, { ...lease, leaseSeconds });
  const outcome = await job.done;
  const counted = (await metrics.jobs.get()).values.map(({ labels }) => labels);
  const running = (await metrics.running.get()).values[0]?.value;
  const left = readdirSync(join(workDir, "jobs"));
  return { api, outcome, counted, running, left, lines };
}

const nothingUsed = { cpuSeconds: 0, gpuSeconds: 0, bytesIn: 0, bytesOut: 0, phases: {} };

function stopped(reason: StopReason) {
  return ({ keeper }: Attempt): Promise<JobResult> => {
    keeper.stopFor(reason);
    return Promise.reject(new Stopped(reason));
  };
}

describe("the end of a job", () => {
  it("is reported with the result, and counted", async () => {
    const { api, outcome, counted, running } = await runJob(() => Promise.resolve(result));
    expect(outcome).toBe("succeeded");
    expect(api.complete.mock.calls).toEqual([[lease, { ...result, usage: nothingUsed }]]);
    expect(counted).toEqual([{ outcome: "succeeded", kind: "", code: "" }]);
    expect(running).toBe(0);
  });

  it("is reported with the code and kind of a failure", async () => {
    const { api, outcome, counted } = await runJob(() =>
      Promise.reject(new JobFailure("nothing-to-play", { note: "It holds text.", detail: "x" })),
    );
    expect(outcome).toBe("failed");
    expect(api.fail.mock.calls).toEqual([
      [
        lease,
        {
          kind: "input",
          code: "nothing-to-play",
          message: "The file has neither pictures nor sound that can be used. It holds text.",
          detail: "x",
          usage: nothingUsed,
        },
      ],
    ]);
    expect(counted).toEqual([{ outcome: "failed", kind: "input", code: "nothing-to-play" }]);
  });

  it("by a failure comes with what the attempt had found in the source", async () => {
    const { source } = sampleResult();
    const { api } = await runJob(({ observed }) => {
      observed.source = source;
      return Promise.reject(new JobFailure("nothing-to-play"));
    });
    expect(api.fail.mock.calls[0]?.[1]).toMatchObject({ code: "nothing-to-play", source });
  });

  it("by an error that nobody foresaw is a defect, whose stack only the log has", async () => {
    const { api, lines } = await runJob(() => Promise.reject(new TypeError("x is undefined")));
    expect(api.fail.mock.calls[0]?.[1]).toEqual({
      kind: "defect",
      code: "internal-error",
      message: "The worker failed unexpectedly.",
      detail: "TypeError: x is undefined",
      usage: nothingUsed,
    });
    const [line] = lines("attempt failed");
    expect(line).toMatchObject({ job_id: lease.jobId, attempt: lease.attempt });
    expect(JSON.stringify(line?.["err"])).toMatch(/run-job\.test\.ts\S*:\d+/);
  });

  it("by a media process has the command only in the log", async () => {
    const evidence = { argv: "ffmpeg -i file:/work/jobs/1/source", stderr: ["it broke"] };
    const { api, lines } = await runJob(() =>
      Promise.reject(new JobFailure("encoder-failed", { detail: "it broke", evidence })),
    );
    expect(JSON.stringify(api.fail.mock.calls)).not.toContain("ffmpeg -i");
    expect(lines("attempt failed")).toMatchObject([{ code: "encoder-failed", ...evidence }]);
  });

  it.each([["cancelled" as const], ["draining" as const]])(
    "by a stop for being %s hands the job back with this reason",
    async (reason) => {
      const { api, outcome, counted } = await runJob(stopped(reason));
      expect(outcome).toBe(reason);
      expect(api.release.mock.calls).toEqual([[lease, reason, nothingUsed]]);
      expect(api.fail).not.toHaveBeenCalled();
      expect(counted).toEqual([{ outcome: reason, kind: "", code: "" }]);
    },
  );

  it("of a lost attempt is reported to nobody", async () => {
    const { api, outcome } = await runJob(stopped("lost"));
    expect(outcome).toBe("lost");
    expect([api.release, api.fail, api.complete].map((call) => call.mock.calls.length)).toEqual([
      0, 0, 0,
    ]);
  });

  it("is not reported as done when the lease ran out during the last step", async () => {
    const { api, outcome } = await runJob(({ keeper }) => {
      keeper.stopFor("lost");
      return Promise.resolve(result);
    });
    expect([outcome, api.complete.mock.calls.length]).toEqual(["lost", 0]);
  });

  it.each<[string, Partial<WorkerApi>, (attempt: Attempt) => Promise<JobResult>]>([
    ["a result", { complete: () => Promise.resolve(false) }, () => Promise.resolve(result)],
    ["a failure", { fail: () => Promise.resolve(false) }, () => Promise.reject(new Error("x"))],
    ["its job back", { release: () => Promise.resolve(false) }, stopped("draining")],
  ])("is lost when the API no longer takes %s", async (_title, answers, makeResult) => {
    const { outcome, counted } = await runJob(makeResult, answers);
    expect(outcome).toBe("lost");
    expect(counted).toEqual([{ outcome: "lost", kind: "", code: "" }]);
  });

  it("is reported again while the API is away", async () => {
    let failures = 2;
    const { api, outcome } = await runJob(() => Promise.resolve(result), {
      complete: () =>
        failures-- > 0
          ? Promise.reject(new ApiUnreachable("/complete", "status 503"))
          : Promise.resolve(true),
    });
    expect([outcome, api.complete.mock.calls.length]).toEqual(["succeeded", 3]);
  });

  it("is given up when the API stays away for as long as the lease", async () => {
    const away = () => Promise.reject(new ApiUnreachable("/complete", "status 503"));
    const started = performance.now();
    const { api, outcome } = await runJob(() => Promise.resolve(result), { complete: away }, 0.5);
    expect(outcome).toBe("lost");
    expect(performance.now() - started).toBeGreaterThan(450);
    expect(api.complete.mock.calls.length).toBeGreaterThanOrEqual(2);
    expect(api.fail).not.toHaveBeenCalled();
  });

  it("is a failed attempt when the API refuses the result itself", async () => {
    const refuse = () => Promise.reject(new ApiRefused("/complete", 400, "no such field"));
    const { api, outcome } = await runJob(() => Promise.resolve(result), { complete: refuse });
    expect(outcome).toBe("failed");
    expect(api.fail.mock.calls[0]?.[1]).toMatchObject({ code: "internal-error" });
  });

  it("is lost, and never an unhandled rejection, when the API refuses the failure as well", async () => {
    const refuse = () => Promise.reject(new ApiRefused("/fail", 400, "no such field"));
    const { outcome, running } = await runJob(() => Promise.reject(new Error("x")), {
      fail: refuse,
    });
    expect([outcome, running]).toEqual(["lost", 0]);
  });
});

describe("a job under way", () => {
  it("works in a folder of its own, which goes with it", async () => {
    let dir = "";
    const { left } = await runJob((attempt) => {
      dir = attempt.dir;
      writeFileSync(join(dir, "source"), "x");
      return Promise.reject(new JobFailure("encoder-failed"));
    });
    expect(dir).not.toBe("");
    expect([existsSync(dir), left]).toEqual([false, []]);
  });

  it("keeps its lease by heartbeats, and sends none after its end", async () => {
    const api = fakeWorkerApi();
    const job = startJob(
      {
        api,
        settings: {
          encoder: encoders.cpu,
          scratch: {
            workDir: temporaryFolder("framewright-run-job-"),
            limitBytes: undefined,
            slots: 1,
          },
        } as JobSettings,
        metrics: createMetrics(() => true),
        log: pino({ level: "silent" }),
        makeResult: () => new Promise((resolve) => setTimeout(resolve, 100, result)),
      },
      { ...lease, heartbeatSeconds: 0.02 },
    );
    await job.done;
    const beats = api.heartbeat.mock.calls.length;
    expect(beats).toBeGreaterThanOrEqual(2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(api.heartbeat).toHaveBeenCalledTimes(beats);
  });
});
