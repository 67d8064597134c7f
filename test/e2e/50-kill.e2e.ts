import { beforeAll, expect, test } from "vitest";
import { followJob, type Api } from "../../tools/demo/client.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import {
  jobBeingEncoded,
  killPod,
  killWorkerMidJob,
  outcomeOf,
  type Outcome,
} from "../support/e2e/faults.ts";
import { clip, patienceMs, platform, shortClip, submit } from "../support/e2e/platform.ts";

describeClusterOnFailure();

/** `node test/faults/kill-worker.ts --times 10` does it more often. */
const kills = 1;

let api: Api;
beforeAll(async () => {
  api = await platform();
});

function tell(what: string, { outcomes, published }: Outcome, more = ""): void {
  console.log(`${what}: attempts ${outcomes.join(", ")}; published ${published}${more}`);
}

/** The promise of every fault: one end, verified, published once, and nothing that runs on. */
function expectOneResult({ job, published, checks, orphans }: Outcome): void {
  expect(job.error).toBeUndefined();
  expect(job.state).toBe("succeeded");
  expect(published).toBe(1);
  expect(job.attempts.filter(({ outcome }) => outcome === "succeeded").length).toBe(1);
  expect(checks.length).toBe(4);
  expect(orphans).toBe(0);
}

test("a worker killed with SIGKILL in the middle of a job costs an attempt and nothing else", async () => {
  for (let count = 0; count < kills; count += 1) {
    const kill = await killWorkerMidJob(api);
    tell("worker killed", kill, `; taken over after ${kill.takenOverAfter.toFixed(1)} s`);
    expectOneResult(kill);
    expect(kill.outcomes).toEqual(["lost", "succeeded"]);
  }
});

test("the broker killed in the middle of a job disturbs neither it nor one that is submitted meanwhile", async () => {
  const { id } = await jobBeingEncoded(api);
  const recovered = await killPod("framewright-data", "statefulset/rabbitmq");
  const next = await submit(api, await clip(shortClip));
  await recovered();
  // Both have ended when encoders are counted: the other one may begin as soon as the first is done.
  const later = await followJob(api, next.id, () => undefined, patienceMs);
  const outcome = await outcomeOf(api, id);
  tell("broker killed", outcome);
  expectOneResult(outcome);
  expect(outcome.outcomes).toEqual(["succeeded"]);
  expect(later.state).toBe("succeeded");
});

test("the API killed in the middle of a job does not disturb it", async () => {
  const { id } = await jobBeingEncoded(api);
  const recovered = await killPod("framewright-api", "deployment/api");
  await recovered();
  const outcome = await outcomeOf(api, id);
  tell("API killed", outcome);
  expectOneResult(outcome);
});
