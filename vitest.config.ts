import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Where files share a stack they run in the order of their names: the one that destroys everything comes last. */
const inOrder: readonly string[] = ["e2e", "operations"];
class Sequencer extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    if (files.some(({ project }) => !inOrder.includes(project.name))) return super.sort(files);
    return Promise.resolve(files.toSorted((a, b) => a.moduleId.localeCompare(b.moduleId)));
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

/**
 * Groups with processes of their own (etcd, Postgres, ffmpeg). Two files at a time keep two cores busy: each waits half of
 * its time for what it started.
 */
function withProcesses(groupOrder: number, timeout: number, files: 1 | 2) {
  return {
    pool: "forks",
    maxWorkers: files,
    testTimeout: timeout,
    hookTimeout: timeout,
    sequence: { groupOrder },
  } as const;
}

export default defineConfig({
  cacheDir: ".framewright/vite",
  test: {
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
          ...withProcesses(3, 3 * minute, 2),
        },
      },
      {
        extends: true,
        test: {
          name: "policy",
          include: ["test/{policy,workflows}/**/*.{engine,mutations}.ts"],
          maxConcurrency: 2,
          ...withProcesses(4, 5 * minute, 2),
        },
      },
      {
        extends: true,
        test: {
          name: "clouds",
          include: ["test/clouds/*.life.ts"],
          ...withProcesses(5, 15 * minute, 2),
        },
      },
      {
        extends: true,
        test: {
          name: "clouds-long",
          include: ["test/clouds/long/*.life.ts"],
          ...withProcesses(6, 15 * minute, 1),
        },
      },
      {
        extends: true,
        test: {
          name: "release",
          include: ["test/release/*.release.ts"],
          ...withProcesses(7, 60 * minute, 1),
        },
      },
      {
        extends: true,
        test: {
          name: "inputs",
          include: ["test/**/*.inputs.ts"],
          maxConcurrency: 2,
          ...withProcesses(8, 5 * minute, 1),
        },
      },
      {
        extends: true,
        test: {
          name: "corpus",
          include: ["test/**/*.corpus.ts"],
          maxConcurrency: 2,
          ...withProcesses(9, 6 * minute, 1),
        },
      },
      {
        extends: true,
        test: {
          name: "models",
          include: ["test/**/*.models.ts"],
          ...withProcesses(10, 10 * minute, 1),
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["test/**/*.integration.test.ts"],
          exclude: ["test/e2e/**", "test/tools/plugins/**"],
          maxConcurrency: 2,
          ...withProcesses(11, 3 * minute, 2),
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.{e2e,test}.ts"],
          ...withProcesses(12, 15 * minute, 1),
        },
      },
      {
        extends: true,
        test: {
          name: "operations",
          include: ["test/operations/*.ops.ts"],
          ...withProcesses(13, 15 * minute, 1),
        },
      },
      {
        extends: true,
        test: {
          name: "rooms",
          include: ["test/**/*.rooms.ts"],
          ...withProcesses(14, 5 * minute, 1),
        },
      },
    ],
  },
});
