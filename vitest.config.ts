import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** End to end, files run in the order of their names: the one that destroys everything comes last. */
class Sequencer extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    if (files.some(({ project }) => project.name !== "e2e")) return super.sort(files);
    return Promise.resolve(files.toSorted((a, b) => a.moduleId.localeCompare(b.moduleId)));
  }
}

const minute = 60_000;

/** Tests of the plugins from outside, all but those in their folder `unit`. */
const blackBox = ["test/tools/plugins/*.test.ts", "test/tools/plugins/!(unit)/**/*.test.ts"];

/** Groups with processes of their own (etcd, Postgres, ffmpeg) run one file at a time: two cores are full with one. */
function alone(groupOrder: number, timeout: number) {
  return {
    pool: "forks",
    fileParallelism: false,
    testTimeout: timeout,
    hookTimeout: timeout,
    sequence: { groupOrder },
  } as const;
}

export default defineConfig({
  cacheDir: ".framewright/vite",
  test: {
    reporters: ["default", "./test/support/totals-reporter.ts"],
    sequence: { sequencer: Sequencer },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.integration.test.ts", "test/e2e/**", ...blackBox],
          pool: "threads",
          maxWorkers: 2,
          testTimeout: minute / 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "plugins",
          include: blackBox,
          ...alone(1, 3 * minute),
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          include: ["test/**/*.integration.test.ts"],
          exclude: ["test/e2e/**", "test/tools/plugins/**"],
          ...alone(2, 3 * minute),
        },
      },
      {
        extends: true,
        test: { name: "e2e", include: ["test/e2e/**/*.{e2e,test}.ts"], ...alone(3, 15 * minute) },
      },
    ],
  },
});
