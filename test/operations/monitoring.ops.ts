import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { own } from "../../tools/paths.ts";
import { mainExprs } from "../../services/monitoring/dashboards/dashboard.ts";
import { dashboards } from "../../services/monitoring/dashboards/index.ts";
import { prometheusPath } from "../../services/monitoring/dashboards/prometheus-link.ts";
import { kubectlCommand } from "../../tools/node/start.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { targets, valuesOf } from "../support/operations/prometheus-api.ts";

describeClusterOnFailure();

const minute = 60_000;
const pictures = join(own, "operations");

test("everything that Prometheus should scrape answers", async () => {
  const unwell = async () => {
    const all = await targets();
    const jobs = new Set(all.map(({ job }) => job));
    const missing = [
      ...["api", "webhooks", "worker-cpu", "rabbitmq", "rabbitmq-queues", "objects"],
      ...["postgres-exporter", "redis-exporter", "alertmanager", "prometheus"],
    ].filter((job) => !jobs.has(job));
    return [...missing, ...all.filter(({ health }) => health !== "up")];
  };
  await expect.poll(unwell, { timeout: 3 * minute, interval: 5000 }).toEqual([]);
});

test.each([
  'framewright_dependency_up{dependency="broker"}',
  'pg_stat_database_numbackends{datname="framewright"}',
  "redis_memory_used_bytes",
  "rabbitmq_detailed_queue_messages_ready",
  'kube_deployment_status_replicas_available{namespace="framewright-api",deployment="api"}',
  'kube_pod_container_status_restarts_total{container="prometheus"}',
])("%s has values", async (expression) => {
  await expect
    .poll(async () => (await valuesOf(expression)).length, { timeout: 2 * minute, interval: 3000 })
    .toBeGreaterThan(0);
});

test(
  "its page shows targets, alerts, a graph, and what the link of each dashboard leads to",
  async () => {
    mkdirSync(pictures, { recursive: true });
    const { command, args } = kubectlCommand([
      ...["-n", "framewright-ops", "port-forward", "service/prometheus", "19090:9090"],
    ]);
    const forward = spawn(command, args, { stdio: "ignore" });
    const browser = await chromium.launch({
      executablePath: "/usr/bin/chromium",
      args: ["--no-sandbox"],
    });
    try {
      const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
      const open = async (path: string, text: string, picture: string): Promise<void> => {
        const go = async () => {
          await page.goto(`http://127.0.0.1:19090${path}`);
          await page.getByText(text).first().waitFor({ timeout: 10_000 });
          return true;
        };
        await expect.poll(() => go().catch(() => false), { timeout: minute }).toBe(true);
        await sleep(1500);
        await page.screenshot({ path: join(pictures, picture) });
      };
      await open("/targets", "rabbitmq-queues", "prometheus-targets.png");
      await open("/alerts", "Watchdog", "prometheus-alerts.png");
      const graph = `/query?g0.expr=${encodeURIComponent("sum by (job) (up)")}&g0.tab=0&g0.range_input=15m`;
      await open(graph, "worker-cpu", "prometheus-graph.png");
      // Where alerts lead: the first row of each dashboard.
      for (const dashboard of Object.values(dashboards)) {
        await page.goto(`http://127.0.0.1:19090${prometheusPath(mainExprs(dashboard))}`);
        await page.locator("canvas").or(page.getByText("Empty query result")).first().waitFor();
        await sleep(3000);
        await page.screenshot({
          path: join(pictures, `dashboard-${dashboard.name}.png`),
          fullPage: true,
        });
        expect(await page.getByText("Error executing query").count(), dashboard.name).toBe(0);
      }
    } finally {
      await browser.close();
      forward.kill();
    }
  },
  4 * minute,
);
