import { expect, test } from "vitest";
import { platform } from "../../tools/demo/platform.ts";
import { exec } from "../../tools/exec.ts";
import { root } from "../../tools/paths.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { killWorkerMidJob } from "../support/e2e/faults.ts";
import { valuesOf } from "../support/operations/prometheus-api.ts";

describeClusterOnFailure();

const minute = 60_000;

function command(...args: readonly string[]): Promise<string> {
  return exec(process.execPath, ["tools/cli.ts", ...args], { cwd: root, timeoutMs: minute });
}

/** The alert is told of above three. */
const kills = 4;

test(
  "from an alert to the job, its trace and its lines in three commands (docs/operations.md)",
  async () => {
    const api = await platform();
    const lost: string[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      const { job } = await killWorkerMidJob(api);
      lost.push(job.id);
    }
    const alert = 'ALERTS{alertname="AttemptsLost",alertstate="firing"}';
    await expect
      .poll(() => valuesOf(alert), { timeout: 3 * minute, interval: 3000 })
      .not.toEqual([]);

    const problems = await command("logs", "--problems", "--since", "30m");
    const told = problems.split("\n").filter((line) => line.includes("a worker is gone"));
    for (const id of lost) expect(told.join("\n")).toContain(id);

    const id = lost.at(-1) ?? "";
    const trace = await command("trace", id);
    // The one that was killed sent no span of its attempt; the second one has all.
    expect(trace).toMatch(/worker attempt/);
    const [traceId = ""] = /\b[0-9a-f]{32}\b/.exec(trace) ?? [];

    const lines = await command("logs", "--trace", traceId);
    expect(lines).toContain("job accepted");
    expect(lines).toContain("attempt complete");
    console.log([...told, ...trace.split("\n").slice(0, 12), lines].join("\n"));
  },
  20 * minute,
);
