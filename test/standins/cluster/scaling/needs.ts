import { parseQuantity } from "../../../../config/units.ts";
import {
  at,
  listAt,
  objectAt,
  scalarText,
  textAt,
  type Json,
  type JsonObject,
} from "../../../../tools/plugins/kit/json.ts";
import { textsOf } from "../pools/inputs.ts";
import type { Amounts, Taint } from "../pools/pool.ts";
import { meetsTerms, selects } from "./selectors.ts";

type Labels = Readonly<Record<string, string>>;

/** A bound on how unevenly pods may lie, or that no two lie together: `maxSkew` 0 is the latter. */
export interface Spread {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly selector: Json | undefined;
}

/** What a pod asks of the node that it is placed on. */
export interface Needs {
  /** The same for pods that any node treats the same. */
  readonly key: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Its `nodeSelector`. */
  readonly selector: Labels;
  readonly requests: Amounts;
  readonly spreads: readonly Spread[];
  /** Labels and taints of a node that would do. */
  readonly accepts: (labels: Labels, taints: readonly Taint[]) => boolean;
}

function requestsOf(container: Json): Record<string, number> {
  const requests = objectAt(container, "resources", "requests") ?? {};
  return Object.fromEntries(
    Object.entries(requests).map(([key, value]) => [key, parseQuantity(scalarText(value))]),
  );
}

/** Sums, or keeps the greater of, two sets of amounts. */
function joined(a: Amounts, b: Amounts, join: (x: number, y: number) => number): Amounts {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries([...keys].map((key) => [key, join(a[key] ?? 0, b[key] ?? 0)]));
}

function sum(amounts: readonly Amounts[]): Amounts {
  return amounts.reduce((a, b) => joined(a, b, (x, y) => x + y), {});
}

/** Containers run together, those for the start one after the other; sidecars run with all. */
function podRequests(spec: JsonObject): Amounts {
  const starters = listAt(spec, "initContainers");
  const isSidecar = (container: Json): boolean => textAt(container, "restartPolicy") === "Always";
  const together = [...listAt(spec, "containers"), ...starters.filter(isSidecar)];
  const running = sum(together.map(requestsOf));
  const greatest = starters
    .filter((container) => !isSidecar(container))
    .map(requestsOf)
    .reduce<Amounts>((a, b) => joined(a, b, Math.max), running);
  return { ...greatest, pods: 1 };
}

function tolerates(tolerations: readonly Json[], taint: Taint): boolean {
  return tolerations.some((toleration) => {
    const [key, effect] = [textAt(toleration, "key") ?? "", textAt(toleration, "effect") ?? ""];
    if (effect !== "" && effect !== taint.effect) return false;
    if (textAt(toleration, "operator") === "Exists") return key === "" || key === taint.key;
    return key === taint.key && (textAt(toleration, "value") ?? "") === taint.value;
  });
}

function spreadsOf(spec: JsonObject): Spread[] {
  const hard = "requiredDuringSchedulingIgnoredDuringExecution";
  const apart = listAt(spec, "affinity", "podAntiAffinity", hard).map((term) => ({
    topologyKey: textAt(term, "topologyKey") ?? "",
    maxSkew: 0,
    selector: at(term, "labelSelector"),
  }));
  const even = listAt(spec, "topologySpreadConstraints")
    .filter((rule) => textAt(rule, "whenUnsatisfiable") !== "ScheduleAnyway")
    .map((rule) => ({
      topologyKey: textAt(rule, "topologyKey") ?? "",
      maxSkew: Number(at(rule, "maxSkew") ?? 1),
      selector: at(rule, "labelSelector"),
    }));
  return [...apart, ...even];
}

function compute(pod: JsonObject): Needs {
  const spec = objectAt(pod, "spec") ?? {};
  const namespace = textAt(pod, "metadata", "namespace") ?? "";
  const labels = textsOf(objectAt(pod, "metadata", "labels"));
  const selector = { matchLabels: objectAt(spec, "nodeSelector") ?? {} };
  const affinity = at(
    spec,
    "affinity",
    "nodeAffinity",
    "requiredDuringSchedulingIgnoredDuringExecution",
  );
  const tolerations = listAt(spec, "tolerations");
  const [requests, spreads] = [podRequests(spec), spreadsOf(spec)];
  const apart = spreads.length > 0 ? labels : {};
  return {
    key: JSON.stringify([namespace, requests, selector, affinity, tolerations, spreads, apart]),
    namespace,
    labels,
    selector: textsOf(selector.matchLabels),
    requests,
    spreads,
    accepts: (nodeLabels, taints) =>
      selects(selector, nodeLabels) &&
      meetsTerms(affinity, nodeLabels) &&
      taints
        .filter(({ effect }) => effect !== "PreferNoSchedule")
        .every((taint) => tolerates(tolerations, taint)),
  };
}

const known = new WeakMap<JsonObject, Needs>();

/** What a pod needs; computed once for each version of a pod. */
export function needsOf(pod: JsonObject): Needs {
  const before = known.get(pod);
  if (before !== undefined) return before;
  const needs = compute(pod);
  known.set(pod, needs);
  return needs;
}
