import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Where files share a stack they run in the order of their names: the one that destroys everything comes last. */
const inOrder: readonly string[] = ["e2e", "operations"];

/** Groups that run side by side: those with the longest files begin, so that no core waits for the last of them. */
const longestFirst: readonly string[] = ["clouds", "policy", "plugins", "integration"];

function turnOf({ project }: TestSpecification): readonly [number, number] {
  return [project.config.sequence.groupOrder, longestFirst.indexOf(project.name)];
}

function byTurn(a: TestSpecification, b: TestSpecification): number {
  const [orderA, rankA] = turnOf(a);
  const [orderB, rankB] = turnOf(b);
  return orderA === orderB ? rankA - rankB : orderA - orderB;
}

class Sequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    if (files.every(({ project }) => inOrder.includes(project.name))) {
      return files.toSorted((a, b) => a.moduleId.localeCompare(b.moduleId));
    }
    return (await super.sort(files)).toSorted(byTurn);
  }
}

const minute = 60_000;

/** Pulumi's mocks are global: each of these tests sets its own, through `recordResources`. */
const underMocks = ["test/{golden,infra,services}/**/*.test.ts"];

const needy = ["test/**/*.integration.test.ts", "test/e2e/**"];

/** Tests that start programs, which costs more than what the programs do. */
const startProcesses = ["test/**/*.process.test.ts"];

/** Groups without processes of their own. */
function beside(groupOrder: number) {
  return {
    pool: "threads",
    maxWorkers: 2,
    testTimeout: minute,
    hookTimeout: minute,
    sequence: { groupOrder },
  } as const;
}

/** Tests of the plugins from outside, all but those in their folder `unit`. */
const blackBox = ["test/tools/plugins/*.test.ts", "test/tools/plugins/!(unit)/**/*.test.ts"];

/** Groups with processes of their own (etcd, Postgres, ffmpeg), one file at a time. */
function withProcesses(groupOrder: number, timeout: number) {
  return {
    pool: "forks",
    maxWorkers: 1,
    testTimeout: timeout,
    hookTimeout: timeout,
    sequence: { groupOrder },
  } as const;
}

/**
 * Such groups that `npm test` runs side by side. Their files wait more than half of their time for what they started, so
 * that two for each core keep the cores busy; more than four would need more memory than 16 GiB.
 */
function sideBySide(timeout: number) {
  const files = Math.min(4, 2 * availableParallelism());
  return { ...withProcesses(3, timeout), maxWorkers: files } as const;
}

export default defineConfig({
  cacheDir: ".framewright/vite",
  test: {
    // Node itself loads the files, as it does in the programs: no test needs what Vite makes of them.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // `npx vitest run --project unit --coverage`
    coverage: {
      provider: "v8",
      include: ["{api,models,objects,worker}/**/*.ts", "runtime/*.ts", "media/**/*.ts"],
      reporter: ["text"],
      reportsDirectory: ".framewright/coverage",
    },
    reporters: ["default", "./test/support/totals-reporter.ts"],
    sequence: { sequencer: Sequencer },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [...needy, ...underMocks, ...blackBox, ...startProcesses],
          // Pure code has no state that one file could leave to the next; loading it once saves most of the time.
          isolate: false,
          ...beside(0),
        },
      },
      {
        extends: true,
        test: {
          name: "program",
          include: underMocks,
          exclude: [...needy, ...startProcesses],
          // Loading the SDKs of the clouds again for each file would take longer than the tests.
          isolate: false,
          ...beside(1),
        },
      },
      { extends: true, test: { name: "tools", include: startProcesses, ...beside(2) } },
      {
        extends: true,
        test: {
          name: "plugins",
          include: blackBox,
          ...sideBySide(6 * minute),
        },
      },
      {
        extends: true,
        test: {
          name: "policy",
          include: ["test/{policy,workflows,golden}/**/*.{engine,mutations}.ts"],
          maxConcurrency: 2,
          ...sideBySide(10 * minute),
        },
      },
      {
        extends: true,
        test: {
          name: "clouds",
          include: ["test/clouds/*.life.ts"],
          ...sideBySide(30 * minute),
        },
      },
      {
        extends: true,
        test: {
          name: "clouds-long",
          include: ["test/clouds/long/*.life.ts", "test/{scheduling,standins}/**/*.long.ts"],
          ...withProcesses(4, 15 * minute),
        },
      },
      {
        extends: true,
        test: {
          name: "release",
          include: ["test/release/*.release.ts"],
          ...withProcesses(5, 60 * minute),
        },
      },
      {
        extends: true,
        test: {
          name: "inputs",
          include: ["test/**/*.inputs.ts"],
          maxConcurrency: 2,
          ...withProcesses(6, 5 * minute),
        },
      },
      {
        extends: true,
        test: {
          name: "corpus",
          include: ["test/**/*.corpus.ts"],
          maxConcurrency: 2,
          ...withProcesses(7, 6 * minute),
        },
      },
      {
        extends: true,
        test: {
          name: "models",
          include: ["test/**/*.models.ts"],
          ...withProcesses(8, 10 * minute),
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["test/**/*.integration.test.ts"],
          exclude: ["test/e2e/**", "test/tools/plugins/**"],
          maxConcurrency: 2,
          ...sideBySide(6 * minute),
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.{e2e,test}.ts"],
          ...withProcesses(9, 15 * minute),
        },
      },
      {
        extends: true,
        test: {
          name: "operations",
          include: ["test/operations/*.ops.ts"],
          ...withProcesses(10, 15 * minute),
        },
      },
      {
        extends: true,
        test: {
          name: "rooms",
          include: ["test/**/*.rooms.ts"],
          ...withProcesses(11, 5 * minute),
        },
      },
      {
        extends: true,
        test: {
          name: "replicas",
          include: ["test/**/*.replicas.ts"],
          ...withProcesses(12, 5 * minute),
        },
      },
    ],
  },
});
