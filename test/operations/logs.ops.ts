import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { followJob } from "../../tools/demo/client.ts";
import { accessBy } from "../../tools/doctor/access.ts";
import { Stack } from "../../tools/doctor/stack.ts";
import { kubectl } from "../../tools/node/start.ts";
import type { Line } from "../../tools/logs/line.ts";
import { askedBy } from "../../tools/logs/query.ts";
import { hasStore, podLines, storedLines } from "../../tools/logs/sources.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import {
  clip,
  finishedJob,
  patienceMs,
  platform,
  shortClip,
  submit,
} from "../support/e2e/platform.ts";

describeClusterOnFailure();

const stack = new Stack(accessBy({}));
const said = (lines: readonly Line[]): string[] => lines.map(({ message }) => message);

/** The agent looks for a new file every few seconds, and sends once a second. */
async function storedUntil(job: string, message: string): Promise<Line[]> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const lines = await storedLines(stack, askedBy({ job }, "24h"));
    if (said(lines).includes(message) || Date.now() > deadline) return lines;
    await sleep(500);
  }
}

test("VictoriaLogs has the lines of API and worker about a job, in the order of time", async () => {
  expect(await hasStore(stack)).toBe(true);
  const { id } = await finishedJob(await platform());
  const lines = await storedUntil(id, "attempt complete");
  expect(said(lines)).toEqual(
    expect.arrayContaining(["job accepted", "attempt started", "attempt complete"]),
  );
  const times = lines.map(({ time }) => Date.parse(time));
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  const started = lines.find(({ message }) => message === "attempt started");
  expect(started?.from).toMatch(/^worker-cpu-/);
  expect(started?.fields).toMatchObject({
    attempt: "1",
    worker_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
    request_id: expect.any(String) as unknown,
  });
});

test("one request is followed from the client to the worker by its id", async () => {
  const { id } = await finishedJob(await platform());
  const lines = await storedUntil(id, "attempt complete");
  const request = String(
    lines.find(({ message }) => message === "job accepted")?.fields["request_id"],
  );
  const found = await storedLines(stack, askedBy({ request }, "24h"));
  expect(said(found)).toEqual(expect.arrayContaining(["job accepted", "attempt complete"]));
});

test("the pods themselves say the same, where nobody keeps their lines", async () => {
  // Of its own: pods that took part in an earlier one may be gone since.
  const api = await platform();
  const { id } = await submit(api, await clip(shortClip));
  await followJob(api, id, () => undefined, patienceMs);
  const lines = await podLines(stack, askedBy({ job: id }, "24h"));
  expect(said(lines)).toEqual(expect.arrayContaining(["job accepted", "attempt complete"]));
});

test("nothing but lines of ours is kept, and the agent reads them as a user of its own", async () => {
  const agent = ["--namespace=framewright-node-agents", "daemonset/vlagent"];
  const context = "{.spec.template.spec.securityContext.runAsUser}";
  expect(await kubectl(["get", ...agent, `--output=jsonpath=${context}`])).toBe("10001");
  const ready = "{.status.numberReady}/{.status.desiredNumberScheduled}";
  expect(await kubectl(["get", ...agent, `--output=jsonpath=${ready}`])).toBe("1/1");
  const page = "/api/v1/namespaces/framewright-ops/pods/victoria-logs-0:9428/proxy";
  const query = encodeURIComponent("_time:24h | uniq by (kubernetes.pod_namespace)");
  const rows = await kubectl(["get", "--raw", `${page}/select/logsql/query?query=${query}`]);
  const namespaces = [...rows.matchAll(/"kubernetes\.pod_namespace":"([^"]+)"/g)].map(
    ([, name]) => name,
  );
  expect(namespaces.filter((name) => !/^(framewright|ai-models)-/.test(name ?? ""))).toEqual([]);
  expect(namespaces.length).toBeGreaterThanOrEqual(3);
});
