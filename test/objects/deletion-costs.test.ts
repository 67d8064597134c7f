import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { costAnnotation, costOf } from "../../objects/deletion-costs/cost.ts";
import { keepCosts, type KeeperArgs } from "../../objects/deletion-costs/keeper.ts";

describe("what it costs to remove a worker", () => {
  test.each([
    ["that has nothing to do", undefined, 0],
    ["that has just begun", 0, 1],
    ["after 59 s", 59, 1],
    ["after a minute", 60, 2],
    ["after ten minutes", 600, 8],
    ["after a year", 365 * 86_400, 2 ** 14],
  ])("%s", (_what, seconds, cost) => {
    expect(costOf(seconds)).toBe(cost);
  });

  test("is never less for more work, and always more than for none", () => {
    const seconds = fc.float({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(seconds, seconds, (a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        return costOf(less) > costOf(undefined) && costOf(less) <= costOf(more);
      }),
    );
  });
});

interface PodWithCost {
  readonly name: string;
  readonly cost?: string;
  readonly leaving?: boolean;
}

function podOf({ name, cost, leaving = false }: PodWithCost) {
  return {
    metadata: {
      name,
      ...(leaving && { deletionTimestamp: "2026-11-01T00:00:00Z" }),
      annotations: { other: "stays", ...(cost !== undefined && { [costAnnotation]: cost }) },
    },
  };
}

function keeper(pods: readonly PodWithCost[], gone: readonly string[] = []) {
  const written: string[] = [];
  const kubernetes: KeeperArgs["kubernetes"] = {
    async *listMetadata(path) {
      expect(path).toBe("/api/v1/namespaces/framewright-workers/pods");
      yield* await Promise.resolve(pods.map(podOf));
    },
    annotate: (path, annotations) => {
      const name = path.split("/").at(-1) ?? "";
      written.push(
        `${name} ${Object.keys(annotations).join()} ${Object.values(annotations).join()}`,
      );
      return Promise.resolve(!gone.includes(name));
    },
  };
  return { kubernetes, written };
}

const namespace = "framewright-workers";
const telling = (workers: Readonly<Record<string, number>>) => () =>
  Promise.resolve({
    workers: Object.entries(workers).map(([name, seconds]) => ({ name, seconds })),
  });

describe("a look at all workers", () => {
  test("writes what changed and nothing else", async () => {
    const { kubernetes, written } = keeper([
      { name: "worker-cpu-begins" },
      { name: "worker-cpu-goes-on", cost: "8" },
      { name: "worker-cpu-ended", cost: "4" },
      { name: "worker-cpu-idle" },
      { name: "worker-cpu-leaves", leaving: true },
    ]);
    const busyWorkers = telling({
      "worker-cpu-begins": 1,
      "worker-cpu-goes-on": 600,
      "worker-cpu-leaves": 90,
      "studio-7": 3,
    });
    expect(await keepCosts({ kubernetes, namespace, busyWorkers })).toEqual({
      pods: 4,
      busy: 2,
      changed: 2,
    });
    expect(written).toEqual([
      `worker-cpu-begins ${costAnnotation} 1`,
      `worker-cpu-ended ${costAnnotation} `,
    ]);
  });

  test("does not mind a pod that went meanwhile", async () => {
    const { kubernetes } = keeper([{ name: "a" }, { name: "b" }], ["a"]);
    const busyWorkers = telling({ a: 5, b: 5 });
    expect(await keepCosts({ kubernetes, namespace, busyWorkers })).toMatchObject({ changed: 1 });
  });

  test("changes nothing when the API does not tell who works", async () => {
    const { kubernetes, written } = keeper([{ name: "a", cost: "4" }]);
    const busyWorkers = () => Promise.reject(new Error("away"));
    await expect(keepCosts({ kubernetes, namespace, busyWorkers })).rejects.toThrow("away");
    expect(written).toEqual([]);
  });
});
