import { Type } from "typebox";
import { kubernetesDocs, nsaCisa } from "../../kit/frameworks.ts";
import { at, isPresent, keysAt, listAt, textAt } from "../../kit/json.ts";
import { containerRule, podRule } from "../../kit/pod-rule.ts";
import type { Container } from "../../kit/pods.ts";

/** What each suffix multiplies by; the binary ones are powers of 1,024. */
const binary = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const larger = ["k", "M", "G", "T", "P", "E"];
const smaller = ["m", "u", "n"];

const pattern = /^\+?(?<number>\d+\.?\d*|\.\d+)(?<suffix>[A-Za-z]*|[eE][+-]?\d+)$/;

function scaled(value: number, suffix: string): number | undefined {
  if (suffix === "") return value;
  if (binary.includes(suffix)) return value * 1024 ** (binary.indexOf(suffix) + 1);
  if (larger.includes(suffix)) return value * 1000 ** (larger.indexOf(suffix) + 1);
  // A division rounds as the number itself would: 700m is 0.7 to the bit.
  if (smaller.includes(suffix)) return value / 1000 ** (smaller.indexOf(suffix) + 1);
  return undefined;
}

/** `500m`, `1.5Gi`, `2e3` or a plain number in units; undefined for what Kubernetes would refuse, and below zero. */
export function quantityOf(value: unknown): number | undefined {
  if (typeof value === "number") return value >= 0 ? value : undefined;
  if (typeof value !== "string") return undefined;
  const { number, suffix = "" } = pattern.exec(value)?.groups ?? {};
  if (number === undefined) return undefined;
  if (/^[eE][+-]?\d+$/.test(suffix)) return Number(`${number}${suffix}`);
  return scaled(Number(number), suffix);
}

type Side = "requests" | "limits";

/** Containers put in by hand can't ask for anything: the API has no such field for them. */
function hasResources({ role }: Container): boolean {
  return role !== "ephemeral container";
}

function amountOf({ spec }: Container, side: Side, resource: string): unknown {
  return at(spec, "resources", side, resource);
}

/** `512m` of memory is half a byte, and never meant. */
const mebibyte = 1024 ** 2;

function amountProblem(container: Container, side: Side, resource: string): string | undefined {
  const what = `${side === "requests" ? "request" : "limit"} for ${resource}`;
  const written = amountOf(container, side, resource);
  if (!isPresent(written)) return `has no ${what}`;
  const amount = quantityOf(written);
  if (amount === undefined) return `has a ${what} that is no quantity`;
  if (amount === 0) return `has a ${what} of zero`;
  return resource === "memory" && amount < mebibyte
    ? `has a ${what} of ${String(written)}, less than a mebibyte`
    : undefined;
}

function amountProblems(container: Container, side: Side, ...names: readonly string[]) {
  return hasResources(container) ? names.map((name) => amountProblem(container, side, name)) : [];
}

const managing = kubernetesDocs("Resource management for pods and containers");

export const resources = containerRule({
  name: "resources",
  title: "Containers say how much CPU and memory they need, and have a limit for memory",
  why: "The scheduler takes a container without requests for one that needs nothing: nodes fill up until memory runs out, and autoscalers count in parts of a request that isn't there. One container without a limit that leaks or is attacked takes the memory of everything else on its node.",
  fix: 'set resources.requests.cpu and resources.requests.memory to what the container needs in normal work, like "100m" and "256Mi", and resources.limits.memory to the most that it may take',
  severity: "medium",
  frameworks: [managing, nsaCisa("Resource policies")],
  check: (container, report) => {
    report(...amountProblems(container, "requests", "cpu", "memory"));
    report(...amountProblems(container, "limits", "memory"));
  },
});

/** Apart from memory: CPU without a limit is taken back from a container, which slows it down and does not kill it. */
export const cpuLimits = containerRule({
  name: "cpu-limits",
  title: "Containers have a limit for CPU",
  why: "A container without one takes all CPU that others leave: how fast everything is depends on who else is on the node, and one that is attacked mines at full speed.",
  fix: 'set resources.limits.cpu to the most that the container may take, like "1"',
  severity: "low",
  frameworks: [nsaCisa("Resource policies"), managing],
  check: (container, report) => {
    report(...amountProblems(container, "limits", "cpu"));
  },
});

function ratioOf(container: Container, resource: string): number | undefined {
  const request = quantityOf(amountOf(container, "requests", resource));
  const limit = quantityOf(amountOf(container, "limits", resource));
  return request === undefined || limit === undefined || request === 0
    ? undefined
    : limit / request;
}

export const resourceRatio = containerRule({
  name: "resource-ratio",
  title: "Containers may not take much more memory than they ask for",
  why: "A node is filled by requests: where limits are many times as much, it runs out of memory as soon as several containers use theirs, and the kernel kills one of them.",
  fix: "set the request to at most the limit, and raise resources.requests.memory or lower resources.limits.memory until they are close",
  severity: "low",
  frameworks: [kubernetesDocs("Node-pressure eviction")],
  config: Type.Object({
    maxMemoryRatio: Type.Number({
      minimum: 1,
      default: 4,
      description: "How many times its memory request a container's memory limit may be.",
    }),
  }),
  check: (container, report, { maxMemoryRatio }) => {
    if (!hasResources(container)) return;
    for (const resource of keysAt(container.spec, "resources", "limits")) {
      const ratio = ratioOf(container, resource) ?? 1;
      if (ratio < 1) report(`asks for more ${resource} than its limit`);
      if (resource !== "memory" || ratio <= maxMemoryRatio) continue;
      const times = String(Math.round(ratio * 10) / 10);
      report(`may take ${times} times the memory that it asks for, more than ${maxMemoryRatio}`);
    }
  },
});

/** Kubernetes makes an emptyDir of a volume that names no source. */
function isEmptyDir(volume: unknown): boolean {
  return isPresent(volume, "emptyDir") || keysAt(volume).every((key) => key === "name");
}

function sizeProblem(emptyDir: unknown): string | undefined {
  const written = at(emptyDir, "sizeLimit");
  if (!isPresent(written)) return "has no sizeLimit";
  const size = quantityOf(written);
  if (size === undefined) return "has a sizeLimit that is no quantity";
  // Kubernetes reads zero as no limit.
  if (size === 0) return "has a sizeLimit of zero, which limits nothing";
  return size > 100 * 1024 ** 3 ? "has a sizeLimit of more than 100Gi" : undefined;
}

export const emptyDirLimits = podRule({
  name: "empty-dir-limits",
  title: "Each emptyDir has a size limit",
  why: "An emptyDir without a limit grows until the disk of the node is full, or its memory, and then every pod there is evicted.",
  fix: 'set emptyDir.sizeLimit of the volume, like "64Mi"',
  severity: "medium",
  frameworks: [kubernetesDocs("Volumes: emptyDir")],
  check: ({ spec }, report) => {
    for (const volume of listAt(spec, "volumes").filter(isEmptyDir)) {
      const problem = sizeProblem(at(volume, "emptyDir"));
      report(problem && `emptyDir "${textAt(volume, "name") ?? ""}" ${problem}`);
    }
  },
});
