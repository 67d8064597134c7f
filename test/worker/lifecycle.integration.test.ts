import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { workerTicket } from "../../runtime/worker-ticket.ts";
import { adminSecret } from "../support/fake-worker-api.ts";
import { clips } from "../support/clips.ts";
import { startBench, until, type WorkerBench } from "../support/worker-process.ts";

let bench: WorkerBench;

beforeEach(async () => {
  bench = await startBench();
});

afterEach(() => bench.close());

describe("a worker at work", () => {
  it("uploads closed segments while it encodes, and the master playlist last", async () => {
    bench.start();
    const job = bench.api.addJob(await clips.long());
    await bench.encoding(job);
    await until("a segment is stored", () => job.stored.some((one) => one.path.endsWith(".m4s")));
    expect(bench.encoders()).toHaveLength(1);
    await job.ended;
    expect(job.error).toBeUndefined();
    const paths = job.stored.map((one) => one.path);
    expect(paths.at(-1)).toBe("master.m3u8");
    expect(new Set(paths).size).toBe(paths.length);
    const stages = new Set(job.progress.map((one) => one.stage));
    expect(stages).toContain("encoding");
    const percents = job.progress.map((one) => one.percent);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  });

  it("registers what it has proven, and does so again when its key is refused", async () => {
    bench.start();
    await until("it has registered", () => bench.api.registrations.length === 1);
    expect(bench.api.registrations[0]).toMatchObject({
      workerName: "worker-under-test",
      accel: "cpu",
      classes: ["cpu.720p", "cpu.1080p"],
      encoders: ["libx264", "libx265", "libsvtav1"],
    });
    bench.api.revokeKeys();
    const job = bench.api.addJob(await clips.sd(3));
    await job.ended;
    expect(job.state).toBe("succeeded");
    expect(bench.api.registrations).toHaveLength(2);
  });

  it("registers with the ticket that was left for it, and never holds the admin secret", async () => {
    const file = join(bench.dir, "ticket");
    const names = { WORKER_NAME: "worker-under-test", WORKER_TICKET_FILE: file };
    const env = { WORKER_ADMIN_SECRET: adminSecret, ...names };
    const program = join(import.meta.dirname, "../../worker/ticket.ts");
    const leaveTicket = () => execFileSync(process.execPath, [program], { env });
    leaveTicket();
    leaveTicket(); // Again, as in a pod whose sandbox was lost.
    expect(readFileSync(file, "utf8")).toBe(workerTicket(adminSecret, "worker-under-test"));
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const { child } = bench.start({ WORKER_ADMIN_SECRET: "", ...names });
    await until("it has registered", () => bench.api.registrations.length === 1);
    expect(readFileSync(`/proc/${child.pid}/environ`, "utf8")).not.toContain(adminSecret);
    bench.api.revokeKeys();
    const job = bench.api.addJob(await clips.sd(3));
    await job.ended;
    expect(job.state).toBe("succeeded");
    expect(bench.api.registrations).toHaveLength(2);
  });

  it("stores again what the storage refused, with a new address", async () => {
    let refusals = 3;
    bench.api.onPut = () => (refusals-- > 0 ? 503 : undefined);
    bench.start();
    const job = bench.api.addJob(await clips.sd(3));
    await job.ended;
    expect(job.state).toBe("succeeded");
    expect(refusals).toBeLessThan(0);
  });

  it("stops the encoder and gives back a cancelled job", async () => {
    const worker = bench.start();
    const job = bench.api.addJob(await clips.long());
    await bench.encoding(job);
    job.verdict = "cancel";
    await job.ended;
    expect([job.state, job.released]).toEqual(["cancelled", "cancelled"]);
    await until("the encoder is gone", () => bench.encoders().length === 0, 3000);
    await until("scratch is clean", () => bench.scratch().length === 0, 3000);
    expect(worker.lines("attempt failed")).toEqual([]);
  });

  it("writes nothing more when the job has been lost", async () => {
    const worker = bench.start();
    const job = bench.api.addJob(await clips.long());
    await bench.encoding(job);
    job.verdict = "lost";
    await until("it has stopped", () => worker.lines("attempt stopped").length === 1);
    const stored = job.stored.length;
    await until("scratch is clean", () => bench.scratch().length === 0, 3000);
    expect(bench.encoders()).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(job.stored).toHaveLength(stored);
    expect(job.released ?? job.error ?? job.result).toBeUndefined();
  });

  it("stops when the API has been away for longer than the lease", async () => {
    bench.api.leaseSeconds = 3;
    const worker = bench.start();
    const job = bench.api.addJob(await clips.long());
    await bench.encoding(job);
    bench.api.outage = 503;
    await until("it has stopped", () => worker.lines("attempt stopped").length === 1, 15_000);
    expect(worker.lines("attempt stopped")[0]).toMatchObject({ reason: "lost", job_id: job.id });
    await until("scratch is clean", () => bench.scratch().length === 0, 3000);
  });

  it("survives an outage that is shorter than the lease", async () => {
    bench.start();
    const job = bench.api.addJob(await clips.sd(5));
    await until("it has the job", () => job.state === "running");
    bench.api.outage = 503;
    await new Promise((resolve) => setTimeout(resolve, 4000));
    bench.api.outage = undefined;
    await job.ended;
    expect(job.state).toBe("succeeded");
  });

  it("finds its lease run out after it was frozen", async () => {
    bench.api.leaseSeconds = 2;
    const worker = bench.start();
    const job = bench.api.addJob(await clips.long());
    await bench.encoding(job);
    worker.child.kill("SIGSTOP");
    await new Promise((resolve) => setTimeout(resolve, 3000));
    job.verdict = "lost";
    const stored = job.stored.length;
    worker.child.kill("SIGCONT");
    await until("it has stopped", () => worker.lines("attempt stopped").length === 1, 15_000);
    // A transfer that was under way when it was frozen may still end; nothing new begins.
    expect(job.stored.length - stored).toBeLessThanOrEqual(4);
    expect(job.stored.map((one) => one.path)).not.toContain("master.m3u8");
  });

  it("logs no address with its signature", async () => {
    const worker = bench.start({ LOG_LEVEL: "trace" });
    bench.api.onPut = () => 500;
    const job = bench.api.addJob(await clips.sd(3));
    await job.ended;
    expect(job.error).toMatchObject({ kind: "transient", code: "upload-failed" });
    expect(worker.log() + JSON.stringify(job.error)).not.toMatch(/signature=|test-admin-secret/);
  });
});

describe("the end of a worker", () => {
  it("by SIGTERM hands a long job back at once and exits with 0", async () => {
    const worker = bench.start({ DRAIN_SECONDS: "5" });
    const job = bench.api.addJob(await clips.long());
    await bench.encoding(job);
    worker.child.kill("SIGTERM");
    await job.ended;
    expect([job.state, job.released]).toEqual(["queued", "draining"]);
    expect(await worker.exited).toBe(0);
    expect(bench.encoders()).toEqual([]);
    expect(bench.scratch()).toEqual([]);
    expect(job.attempt).toBe(1);
  });

  it("by SIGKILL one second after SIGTERM has handed its job back", async () => {
    const worker = bench.start({ DRAIN_SECONDS: "10" });
    const job = bench.api.addJob(await clips.long());
    await bench.encoding(job);
    worker.child.kill("SIGTERM");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    worker.child.kill("SIGKILL");
    await worker.exited;
    expect([job.state, job.released]).toEqual(["queued", "draining"]);
    await until("the encoder is gone", () => bench.encoders().length === 0, 2000);
  });

  it("by SIGTERM lets a job end that is nearly done", async () => {
    const worker = bench.start({ DRAIN_SECONDS: "60" });
    const job = bench.api.addJob(await clips.long());
    await until("half is done", () => (job.progress.at(-1)?.percent ?? 0) > 50, 120_000);
    worker.child.kill("SIGTERM");
    expect(await worker.exited).toBe(0);
    expect(job.state).toBe("succeeded");
  });

  it("by a second SIGTERM is immediate", async () => {
    const worker = bench.start({ DRAIN_SECONDS: "60" });
    const job = bench.api.addJob(await clips.long());
    await until("half is done", () => (job.progress.at(-1)?.percent ?? 0) > 30, 120_000);
    worker.child.kill("SIGTERM");
    await until("it drains", () => worker.lines("shutdown phase done").length >= 1);
    worker.child.kill("SIGTERM");
    expect(await worker.exited).toBe(1);
    await until("the encoder is gone", () => bench.encoders().length === 0, 3000);
  });

  it("by SIGKILL takes the encoder along, and the next worker sweeps the scratch", async () => {
    const worker = bench.start();
    const job = bench.api.addJob(await clips.long());
    await bench.encoding(job);
    worker.child.kill("SIGKILL");
    await worker.exited;
    await until("the encoder is gone", () => bench.encoders().length === 0, 2000);
    expect(bench.scratch()).toHaveLength(1);
    const next = bench.start();
    await until("it is swept", () => next.lines("leftover scratch folders removed").length === 1);
    expect(bench.scratch()).toEqual([]);
    expect(job.stored.map((one) => one.path)).not.toContain("master.m3u8");
  });

  it("at its start names everything that is wrong with the environment", async () => {
    const worker = bench.start({
      WORKER_API_URL: "nowhere",
      WORKER_SLOTS: "0",
      WORKER_CLASSES: "cpu.720p,nvenc.720p,cpu.8k",
      WORKER_ADMIN_SECRET: "",
    });
    expect(await worker.exited).toBe(1);
    expect(worker.log()).toMatch(/^5 problems in the environment:/);
    expect(worker.log()).toContain('WORKER_CLASSES has "nvenc.720p", but WORKER_ACCEL is "cpu"');
  });

  it("at its start says which encoder does not work here", async () => {
    const worker = bench.start({ WORKER_ACCEL: "nvenc", WORKER_CLASSES: "nvenc.720p" });
    expect(await worker.exited).toBe(1);
    expect(worker.log()).toContain("h264_nvenc failed its test encode");
    expect(bench.api.registrations).toEqual([]);
  });
});

describe("scratch", () => {
  it("of a living worker is left alone", async () => {
    const stat = (await import("node:fs")).readFileSync(`/proc/${process.pid}/stat`, "utf8");
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    const living = join(bench.workDir, "jobs", `w${process.pid}-${ticks}-abc`);
    const dead = join(bench.workDir, "jobs", "w999999-1-abc");
    for (const dir of [living, dead]) {
      mkdirSync(dir, { recursive: true });
      writeFileSync(join(dir, "source"), "x");
    }
    const worker = bench.start();
    await until(
      "it has swept",
      () => worker.lines("leftover scratch folders removed").length === 1,
    );
    expect(readdirSync(join(bench.workDir, "jobs"))).toEqual([living.split("/").at(-1)]);
  });
});
