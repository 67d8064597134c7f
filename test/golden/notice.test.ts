import { beforeAll, describe, expect, test } from "vitest";
import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import type { JsonObject } from "../../tools/plugins/kit/json.ts";
import { cloudStackNames, runCloudStacks, type CloudRuns } from "../support/cloud-stacks.ts";
import type { Registration } from "../support/mocks.ts";
import { poolFromEks } from "../standins/cluster/pools/eks.ts";
import { poolFromGke } from "../standins/cluster/pools/gke.ts";
import type { NodePool } from "../standins/cluster/pools/pool.ts";
import { selects } from "../standins/cluster/scaling/selectors.ts";

const extras = { name: "pool", region: "region-1", zones: ["region-1a"] };

/** What the simulated clouds make of the stack's pools. */
const readers: Readonly<Record<string, (inputs: JsonObject) => NodePool>> = {
  "gcp:container/nodePool:NodePool": (inputs) =>
    poolFromGke(inputs, { ...extras, hasPlainNodes: true }),
  "aws:eks/nodeGroup:NodeGroup": (inputs) => poolFromEks(inputs, { ...extras, diskGi: 200 }),
};

const Workers = Type.Object({
  metadata: Type.Object({ name: Type.String() }),
  spec: Type.Object({
    template: Type.Object({
      spec: Type.Object({
        nodeSelector: Type.Optional(Type.Record(Type.String(), Type.String())),
        terminationGracePeriodSeconds: Type.Integer(),
        containers: Type.Array(
          Type.Object({
            env: Type.Array(
              Type.Object({ name: Type.String(), value: Type.Optional(Type.String()) }),
            ),
          }),
        ),
      }),
    }),
  }),
});

function poolsOf(resources: readonly Registration[]): NodePool[] {
  return resources.flatMap(({ type, inputs }) => readers[type]?.(inputs as JsonObject) ?? []);
}

function workersOf(resources: readonly Registration[]): Static<typeof Workers>[] {
  return resources
    .filter(({ name }) => name.startsWith("workers-") && name.endsWith("-deployment"))
    .map(({ inputs }) => Value.Parse(Workers, inputs));
}

function drainOf({ spec }: Static<typeof Workers>): number {
  const env = spec.template.spec.containers.flatMap((container) => container.env);
  return Number(env.find(({ name }) => name === "DRAIN_SECONDS")?.value);
}

let runs: CloudRuns;
beforeAll(async () => {
  runs = await runCloudStacks();
}, 3 * 60_000);

describe.each(cloudStackNames)("stack %s", (name) => {
  test("gives no worker on spot more time to finish jobs than the cloud leaves it", () => {
    const { resources } = runs[name];
    const spot = poolsOf(resources).filter((pool) => pool.spot);
    const found = workersOf(resources).flatMap((workers) => {
      const matchLabels = workers.spec.template.spec.nodeSelector;
      return spot
        .filter(({ node }) => matchLabels !== undefined && selects({ matchLabels }, node.labels))
        .map(({ noticeSeconds }) => ({
          workers: workers.metadata.name,
          drain: drainOf(workers),
          notice: noticeSeconds,
          // Five seconds and more to hand back what is not finished.
          fits: drainOf(workers) + 5 <= noticeSeconds,
        }));
    });
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(({ fits }) => !fits)).toEqual([]);
  });
});
