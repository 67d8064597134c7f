import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jobClasses, jobClassOf, type JobClass } from "@framewright/contracts/job.ts";
import {
  chooseAccel,
  createRouter,
  loadsFor,
  withSleepers,
  type LoadRow,
  type Loads,
} from "../../../api/jobs/routing.ts";
import { movesOf } from "../../../api/jobs/stranded.ts";

const small = { kind: "transcode", tier: "720p", needs: [] } as const;
const medium = { kind: "transcode", tier: "1080p" } as const;

function loadsOf(
  loads: Partial<Record<JobClass, readonly [workers: number, waiting: number]>>,
): Loads {
  const rows = jobClasses.flatMap((one) => {
    const load = loads[one];
    return load === undefined ? [] : [[one, { workers: load[0], waiting: load[1] }] as const];
  });
  return new Map(rows);
}

describe("a new job goes to", () => {
  it.each([
    ["the GPU while a worker has proven it", { "nvenc.720p": [1, 4], "cpu.720p": [9, 0] }, "nvenc"],
    [
      "the CPU while five wait for each GPU worker",
      { "nvenc.720p": [2, 10], "cpu.720p": [1, 0] },
      "cpu",
    ],
    [
      "the one with less pressure when all are full",
      { "nvenc.720p": [1, 9], "cpu.720p": [1, 11] },
      "cpu",
    ],
    ["VAAPI before the CPU", { "vaapi.720p": [1, 0], "cpu.720p": [1, 0] }, "vaapi"],
    [
      "the CPU where the GPU's workers are gone",
      { "nvenc.720p": [0, 0], "cpu.720p": [1, 50] },
      "cpu",
    ],
    ["nobody in particular where nobody works", { "nvenc.720p": [0, 3] }, undefined],
    ["workers of its own size only", { "nvenc.1080p": [4, 0], "cpu.720p": [1, 0] }, "cpu"],
  ] as const)("%s", (_what, loads, expected) => {
    expect(chooseAccel(loadsOf(loads), (accel) => jobClassOf({ ...small, accel }))).toBe(expected);
  });
});

const someFeatures = fc.subarray(["clip", "hevc", "av1"]);
const anyRows = fc.array(
  fc.oneof(
    fc
      .tuple(fc.constantFrom(...jobClasses), someFeatures, fc.integer({ min: 1, max: 20 }))
      .map(([one, features, workers]) => ({ class: one, features, workers, waiting: 0 })),
    fc
      .tuple(fc.constantFrom(...jobClasses), someFeatures, fc.integer({ min: 1, max: 200 }))
      .map(([one, features, waiting]) => ({ class: one, features, workers: 0, waiting })),
  ),
);
const anyLoads = anyRows.map((rows) => loadsFor(rows, []));

describe("for all loads", () => {
  it("a job is never sent to a class that nobody serves while another is served", () => {
    fc.assert(
      fc.property(anyLoads, (loads: Loads) => {
        const accel = chooseAccel(loads, (one) => jobClassOf({ ...medium, accel: one }));
        const served = (["cpu", "nvenc", "vaapi"] as const).filter(
          (one) => (loads.get(jobClassOf({ ...medium, accel: one }))?.workers ?? 0) > 0,
        );
        return accel === undefined ? served.length === 0 : served.includes(accel);
      }),
    );
  });

  it("jobs are moved only away from where nobody can do them, to where somebody can, in their size", () => {
    fc.assert(
      fc.property(anyRows, (rows: readonly LoadRow[]) =>
        movesOf(rows).every(({ from, to, needs }) => {
          const able = loadsFor(rows, needs);
          return (
            able.get(from)?.workers === 0 &&
            (able.get(to)?.workers ?? 0) > 0 &&
            from.split(".")[1] === to.split(".")[1]
          );
        }),
      ),
    );
  });
});

function rowOf(jobClass: JobClass, workers: number, features: readonly string[] = []): LoadRow {
  return { class: jobClass, features, workers, waiting: 0 };
}

it("a job in AV1 passes by the GPU that does not have it", async () => {
  const rows = [rowOf("nvenc.720p", 3, ["hevc"]), rowOf("cpu.720p", 1, ["av1", "hevc"])];
  const router = createRouter(() => Promise.resolve(rows), "nvenc");
  const needing = (needs: string[]) => router.route({ ...small, needs });
  expect(await needing(["av1"])).toBe("cpu.720p");
  expect(await needing(["hevc"])).toBe("nvenc.720p");
  expect(await needing(["juggling"])).toBe("nvenc.720p");
});

it("a job that nobody can do where it waits is moved, and others of its class are not", () => {
  const waits = { class: "nvenc.720p", workers: 0, waiting: 2 } as const;
  const rows = [
    rowOf("nvenc.720p", 3, ["hevc"]),
    rowOf("cpu.720p", 1, ["av1"]),
    { ...waits, features: ["av1"] },
    { ...waits, features: ["hevc"] },
    { ...waits, features: [] },
  ];
  expect(movesOf(rows)).toEqual([{ from: "nvenc.720p", to: "cpu.720p", needs: ["av1"] }]);
});

describe("a class that can be woken", () => {
  const wakeable: readonly JobClass[] = ["nvenc.720p"];
  const router = (rows: LoadRow[], fallback: "cpu" | "nvenc" = "cpu") =>
    createRouter(() => Promise.resolve(withSleepers(rows, wakeable)), fallback);

  it("gets the jobs that one worker may have waiting, and then live workers do", async () => {
    const burst = router([rowOf("cpu.720p", 1)]);
    const classes = await Promise.all(Array.from({ length: 7 }, () => burst.route(small)));
    expect(classes.filter((one) => one === "nvenc.720p")).toHaveLength(5);
    expect(classes.filter((one) => one === "cpu.720p")).toHaveLength(2);
  });

  it("gets jobs for what every worker can, and none in a codec that no worker has proven", async () => {
    const two = router([rowOf("cpu.720p", 1, ["outputs", "av1"])]);
    expect(await two.route({ ...small, needs: ["outputs"] })).toBe("nvenc.720p");
    expect(await two.route({ ...small, needs: ["av1"] })).toBe("cpu.720p");
  });

  it("counts as what it is once a worker is there", () => {
    const live = [rowOf("nvenc.720p", 3, ["hevc"])];
    expect(withSleepers(live, wakeable)).toEqual(live);
  });

  it("keeps its jobs when no other worker is there, and loses none to the rule of lost workers", () => {
    const waits = { class: "nvenc.720p", workers: 0, waiting: 2, features: [] } as const;
    const rows = [waits, rowOf("cpu.720p", 1)];
    expect(movesOf(rows)).toHaveLength(1);
    expect(movesOf(withSleepers(rows, wakeable))).toEqual([]);
  });
});

it("a burst is spread although the tables are read once", async () => {
  let reads = 0;
  const router = createRouter(() => {
    reads += 1;
    return Promise.resolve([rowOf("nvenc.720p", 1), rowOf("cpu.720p", 1)]);
  }, "cpu");
  const classes = await Promise.all(Array.from({ length: 12 }, () => router.route(small)));
  expect(classes.filter((one) => one === "nvenc.720p")).toHaveLength(5);
  expect(classes.filter((one) => one === "cpu.720p")).toHaveLength(7);
  expect(reads).toBe(1);
});

it("a look at the tables that failed is not remembered", async () => {
  let away = true;
  const router = createRouter(
    () => (away ? Promise.reject(new Error("away")) : Promise.resolve([])),
    "nvenc",
  );
  await expect(router.route(small)).rejects.toThrow("away");
  away = false;
  expect(await router.route(small)).toBe("nvenc.720p");
});
