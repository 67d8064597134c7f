import { textAt, type JsonObject } from "../../kit/json.ts";
import { messageOf } from "../../kit/errors.ts";
import type { Cluster } from "../client/cluster.ts";
import { isPodReady, podProblem, tellingContainers } from "./pods.ts";

/** How much of the evidence an error carries: pods, events of an object, log lines of a container. */
const maxPods = 3;
const maxEvents = 3;
const maxLogLines = 10;

async function logLines(
  cluster: Cluster,
  pod: JsonObject,
  container: { name: string; previous: boolean },
  signal: AbortSignal,
): Promise<string> {
  const namespace = textAt(pod, "metadata", "namespace") ?? "default";
  const name = textAt(pod, "metadata", "name") ?? "";
  const query = {
    container: container.name,
    tailLines: maxLogLines.toString(),
    ...(container.previous ? { previous: "true" } : {}),
  };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log`;
  const title = `last log lines of container "${container.name}"`;
  try {
    const text = (await cluster.http.text({ method: "GET", path, query, signal })).trim();
    const lines = text === "" ? "(it wrote nothing)" : text;
    return `${title}:\n${lines.replace(/^/gm, "    ")}`;
  } catch (error) {
    return `${title} are not available: ${messageOf(error)}`;
  }
}

/** The latest warnings that the cluster has recorded about an object. */
async function warnings(cluster: Cluster, object: JsonObject): Promise<string[]> {
  const uid = textAt(object, "metadata", "uid");
  if (uid === undefined) return [];
  const namespace = textAt(object, "metadata", "namespace") ?? "default";
  const query = { fieldSelector: `involvedObject.uid=${uid},type=Warning` };
  const events = await cluster.list(`/api/v1/namespaces/${namespace}/events`, query);
  const time = (event: JsonObject): string =>
    textAt(event, "lastTimestamp") ?? textAt(event, "eventTime") ?? "";
  const lines = events
    .sort((a, b) => time(b).localeCompare(time(a)))
    .map((event) => `${textAt(event, "reason") ?? ""}: ${textAt(event, "message") ?? ""}`);
  return [...new Set(lines)].slice(0, maxEvents);
}

async function podEvidence(
  cluster: Cluster,
  pod: JsonObject,
  signal: AbortSignal,
): Promise<string> {
  const name = textAt(pod, "metadata", "name") ?? "";
  const head = `pod ${name}: ${podProblem(pod) ?? `phase ${textAt(pod, "status", "phase") ?? "unknown"}`}`;
  const logs = await Promise.all(
    tellingContainers(pod).map((container) => logLines(cluster, pod, container, signal)),
  );
  const events = await warnings(cluster, pod);
  return [head, ...events.map((event) => `event: ${event}`), ...logs].join("\n  ");
}

/** Evidence of why an object is not ready: its own events, then its unready pods with their events and logs. */
export async function explain(
  cluster: Cluster,
  object: JsonObject,
  pods: readonly JsonObject[],
  signal: AbortSignal,
): Promise<string[]> {
  try {
    const own = (await warnings(cluster, object)).map((event) => `event: ${event}`);
    const suspects = pods.filter((pod) => !isPodReady(pod)).slice(0, maxPods);
    const evidence = await Promise.all(suspects.map((pod) => podEvidence(cluster, pod, signal)));
    return [...own, ...evidence];
  } catch (error) {
    return [`more could not be found out: ${messageOf(error)}`];
  }
}
