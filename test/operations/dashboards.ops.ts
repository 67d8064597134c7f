import { beforeAll, describe, expect, test } from "vitest";
import type { Dashboard } from "../../services/monitoring/dashboards/dashboard.ts";
import { dashboards } from "../../services/monitoring/dashboards/index.ts";
import { platform } from "../../tools/demo/platform.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { finishedJob } from "../support/e2e/platform.ts";
import { valuesOf } from "../support/operations/prometheus-api.ts";

describeClusterOnFailure();

const minute = 60_000;

/** Panels that have nothing to show on a healthy stack of one machine, by what they tell of. */
const quiet: Readonly<Record<string, RegExp>> = {
  "there is no GPU": /framewright_gpu_/,
  "nothing is recorded": /framewright_egress_/,
  "no volume of the node tells its size": /kubelet_volume_stats/,
  "the database has no replica": /pg_replication_lag|patroni_/,
  "nothing failed": /framewright_errors_total|outcome="failed"|state="failed"|fallbacks_total/,
  "no encoder rests and no job moved": /breaker_open|jobs_moved_total/,
  "no job waits, so that none waits for a worker": /queued_jobs_per_worker/,
};

function mayBeEmpty(expr: string): boolean {
  return Object.values(quiet).some((pattern) => pattern.test(expr));
}

beforeAll(async () => {
  await finishedJob(await platform());
}, 12 * minute);

const all: readonly Dashboard[] = Object.values(dashboards);
const queries = all.flatMap(({ name, rows }) =>
  rows.flatMap(({ panels }) =>
    panels.flatMap(({ title, queries: own }) => own.map(({ expr }) => ({ name, title, expr }))),
  ),
);

describe("the panels of the dashboards, on the Prometheus of the stack", () => {
  test.each(queries.filter(({ expr }) => !mayBeEmpty(expr)))(
    "$name, $title has data",
    async ({ expr }) => {
      await expect
        .poll(async () => (await valuesOf(expr)).length, { timeout: 3 * minute, interval: 5_000 })
        .toBeGreaterThan(0);
    },
    4 * minute,
  );

  test.each(queries.filter(({ expr }) => mayBeEmpty(expr)))(
    "$name, $title is understood",
    async ({ expr }) => {
      expect(await valuesOf(expr)).toBeInstanceOf(Array);
    },
  );
});
