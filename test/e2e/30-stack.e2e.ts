import { expect, test } from "vitest";
import { kubectl } from "../../tools/node/start.ts";
import { pulumi, stackName, up } from "../../tools/stack.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { finishedJob, platform } from "../support/e2e/platform.ts";
import {
  allLogs,
  exportedState,
  findBearers,
  findSecrets,
  generatedSecrets,
} from "../support/e2e/secrets.ts";

describeClusterOnFailure();

const quiet = () => undefined;

function get(namespace: string, what: string, jsonPath: string): Promise<string> {
  return kubectl(["get", what, `--namespace=${namespace}`, `--output=jsonpath=${jsonPath}`]);
}

/** What a refresh found to be different, as `Deployment updated`, sorted. */
function findingsOf(output: string): string[] {
  const lines = output.matchAll(/kubernetes:\S+:(\w+) \S+ (updated|deleted)\b/g);
  return [...lines].map(([, kind, finding]) => `${kind} ${finding}`).toSorted();
}

test("a second `pulumi up` changes nothing", async () => {
  const summary = await up(quiet);
  expect(summary).toEqual({ created: 0, changed: 0, unchanged: summary.unchanged });
  expect(summary.unchanged).toBeGreaterThan(90);
});

test("what was changed by hand is seen by `pulumi refresh` and repaired by `pulumi up`", async () => {
  const workers = "framewright-workers";
  const data = "framewright-data";
  const policies = await get(data, "networkpolicies", "{.items[*].metadata.name}");
  const cachePolicy = policies.split(" ").find((name) => name.startsWith("api-to-cache-ingress"));
  await kubectl(["scale", `--namespace=${workers}`, "deployment/worker-cpu", "--replicas=0"]);
  const label = "app.kubernetes.io/part-of";
  await kubectl([
    "label",
    `--namespace=${data}`,
    "statefulset/redis",
    "--overwrite",
    `${label}=other`,
  ]);
  await kubectl(["delete", `--namespace=${data}`, "service/redis"]);
  await kubectl(["delete", `--namespace=${data}`, `networkpolicy/${cachePolicy}`]);

  const refreshed = await pulumi(["refresh", "--yes", "--skip-preview", "--stack", stackName]);
  expect(findingsOf(refreshed)).toEqual([
    "Deployment updated",
    "NetworkPolicy deleted",
    "Service deleted",
    "StatefulSet updated",
  ]);

  const repaired = await up(quiet);
  expect([repaired.created, repaired.changed]).toEqual([2, 2]);
  expect(await get(workers, "deployment/worker-cpu", "{.status.readyReplicas}")).toBe("1");
  const labels = await get(data, "statefulset/redis", "{.metadata.labels}");
  expect(JSON.parse(labels)).toMatchObject({ [label]: "framewright" });
  expect(await get(data, "service/redis", "{.spec.ports[0].port}")).toBe("6379");
  const again = await get(data, "networkpolicies", "{.items[*].metadata.name}");
  expect(again.split(" ").length).toBe(policies.split(" ").length);
  await pulumi(["preview", "--refresh", "--expect-no-changes", "--stack", stackName]);
});

test("an operator's rabbitmqctl works in the broker's pod without further settings", async () => {
  const inPod = ["exec", "--namespace=framewright-data", "rabbitmq-0", "--"];
  const queues = await kubectl([...inPod, "rabbitmqctl", "--quiet", "list_queues", "name"]);
  expect(queues).toContain("framewright.jobs.cpu.720p");
});

test("no generated secret stands in the exported state or in a log", async () => {
  await finishedJob(await platform()); // so that there is something to log
  const clear = await exportedState("--show-secrets");
  const secrets = generatedSecrets(clear);
  expect(secrets.length).toBeGreaterThanOrEqual(14);
  const found = findSecrets(secrets, [{ name: "the clear export", text: clear }]);
  expect(found.length).toBe(secrets.length); // what is there is found

  const state = { name: "the exported state", text: await exportedState() };
  const logs = allLogs();
  const characters = logs.reduce((sum, { text }) => sum + text.length, state.text.length);
  console.log(
    `searched ${secrets.length} secrets in ${logs.length + 1} texts, ${(characters / 1e6).toFixed(1)} MB`,
  );
  expect(logs.some(({ name }) => name.includes("pod-logs/framewright-workers_"))).toBe(true);
  expect(findSecrets(secrets, [state, ...logs])).toEqual([]);
  expect(findBearers([state, ...logs])).toEqual([]);
});
