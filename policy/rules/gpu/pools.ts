import { Type } from "typebox";
import { costOptimization, kubernetesDocs, reliability } from "../../kit/frameworks.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { modelsOf } from "./machines.ts";
import { gpuPoolOf, type Bounds } from "./node-pool.ts";

const limitSettings = {
  perPool: Type.Integer({
    minimum: 1,
    default: 8,
    description: "The most nodes of one pool.",
  }),
  inAll: Type.Integer({
    minimum: 1,
    default: 24,
    description: "The most nodes of all pools with GPUs of a stack.",
  }),
  always: Type.Integer({
    minimum: 0,
    default: 0,
    description: "How many nodes a pool may keep while no pod needs them.",
  }),
};

type Limits = Readonly<Record<keyof typeof limitSettings, number>>;

function* faults({ min, max }: Bounds, { perPool, always }: Limits) {
  if (max === undefined) yield "has GPUs and no maximum";
  else if (max > perPool) {
    yield `may grow to ${max} nodes with GPUs, where ${perPool} are allowed`;
  }
  if (min > always) {
    yield `keeps ${min} nodes with GPUs while no pod needs them, where ${always} may`;
  }
}

export const gpuPoolsBounded = stackRule({
  name: "gpu-pools-bounded",
  title: "Pools with GPUs have a maximum within what the stack may have",
  why: "A queue that grows or pods that never start make a pool grow until its maximum. Nodes with GPUs cost up to a hundred times what others cost, also while they are idle.",
  fix: "set the pool's maximum of nodes and its minimum within the limits of the rule",
  severity: "high",
  frameworks: [costOptimization("Manage demand and supply resources")],
  config: Type.Object(limitSettings),
  collect: (subject) => gpuPoolOf(subject)?.bounds(),
  evaluate: (found, report, limits) => {
    for (const { subject, fact } of found) report(subject, ...faults(fact, limits));
    const sum = found.reduce((total, { fact }) => total + (fact.max ?? 0), 0);
    const [largest] = found.toSorted((a, b) => (b.fact.max ?? 0) - (a.fact.max ?? 0));
    if (largest === undefined || sum <= limits.inAll) return;
    const how = `all pools with GPUs may grow to ${sum} nodes together, this one the most`;
    report(largest.subject, `${how}, where ${limits.inAll} are allowed`);
  },
});

/** GKE sets it itself. */
const taint = "nvidia.com/gpu";
const keepsOff = ["NO_SCHEDULE", "NO_EXECUTE"];

export const gpuPoolsTainted = resourceRule({
  name: "gpu-pools-tainted",
  title: "Nodes with GPUs are tainted, so that other pods stay off them",
  why: "Without the taint the scheduler fills nodes with GPUs with whatever fits, and the autoscaler keeps and adds them for pods that need no GPU.",
  fix: "add a taint with the key nvidia.com/gpu and the effect NO_SCHEDULE to the pool",
  severity: "medium",
  frameworks: [kubernetesDocs("Taints and Tolerations: nodes with special hardware")],
  check: (subject, report) => {
    const taints = gpuPoolOf(subject)?.taints();
    if (taints?.some(({ key, effect }) => key === taint && keepsOff.includes(effect)) === false) {
      report(`has GPUs and no taint ${taint} that keeps other pods off`);
    }
  },
});

export const spotWithTwin = stackRule({
  name: "spot-with-twin",
  title: "Every pool of spot GPUs has an on-demand twin",
  why: "A cloud takes spot GPUs back at any time, often all of a zone at once; without nodes on demand the work stands still. In development it may, so that the profile for development switches the rule off.",
  fix: "add a pool of the same GPU on demand, which may begin with no node",
  severity: "medium",
  frameworks: [reliability("Design your workload to withstand component failures")],
  collect: (subject) => {
    const pool = gpuPoolOf(subject);
    if (pool === undefined) return undefined;
    // A pool that can't have a node helps nobody.
    return { models: modelsOf(pool), isSpot: pool.isSpot(), canGrow: pool.bounds().max !== 0 };
  },
  evaluate: (found, report) => {
    const twins = found.filter(({ fact }) => !fact.isSpot && fact.canGrow);
    const onDemand = new Set(twins.flatMap(({ fact }) => fact.models));
    for (const { subject, fact } of found) {
      if (!fact.isSpot || fact.models.some((model) => onDemand.has(model))) continue;
      const models = [...new Set(fact.models)].join(", ");
      report(subject, `has spot nodes with ${models}, and no pool has it on demand`);
    }
  },
});
