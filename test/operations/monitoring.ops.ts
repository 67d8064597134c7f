import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { descriptorFile, own } from "../../tools/paths.ts";
import { podCidr } from "../../tools/node/addresses.ts";
import { kubectl, kubectlCommand } from "../../tools/node/start.ts";
import { up } from "../../tools/stack.ts";
import { writeWhole } from "../../tools/steps.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { targets, valuesOf } from "../support/operations/prometheus-api.ts";
import {
  messagesTo,
  receiverHost,
  startReceiver,
  stopReceiver,
} from "../support/operations/receiver-pod.ts";
import { receiverPorts } from "./receiver.ts";

describeClusterOnFailure();

const minute = 60_000;
/** The stack as it runs, which has monitoring on. */
const stackFile = join(own, "Pulumi.local.yaml");
const withReceivers = join(own, "Pulumi.receivers.yaml");
const pictures = join(own, "operations");

const web = `http://${receiverHost}:${receiverPorts.http}`;
const alerts = {
  slack: { url: `${web}/slack`, channel: "#video" },
  pagerduty: { url: `${web}/pagerduty`, routingKey: "0123456789abcdef0123456789abcdef" },
  email: {
    to: "ops@example.com",
    from: "video@example.com",
    smarthost: `${receiverHost}:${receiverPorts.smtp}`,
    requireTls: false,
  },
  watchdogUrl: `${web}/watchdog`,
  ranges: [podCidr],
};

function apiImage(): string {
  const { images } = JSON.parse(readFileSync(descriptorFile, "utf8")) as {
    images: Record<string, string>;
  };
  return images["api"] ?? "";
}

/** Seconds from then until a message with that text is there. */
async function secondsUntil(to: string, text: string, since: number): Promise<number> {
  const found = () => messagesTo(to, text, since);
  await expect
    .poll(async () => (await found()).length, {
      timeout: 9 * minute,
      interval: 2000,
      message: `no message to ${to} with ${text}`,
    })
    .toBeGreaterThan(0);
  const [first] = await found();
  return Math.round(((first?.at ?? 0) - since) / 1000);
}

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
  "its page shows targets, alerts and a graph",
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
    } finally {
      await browser.close();
      forward.kill();
    }
  },
  4 * minute,
);

describe("with receivers of alerts", () => {
  beforeAll(async () => {
    await startReceiver(apiImage());
    const stack = parseDocument(readFileSync(stackFile, "utf8"));
    stack.setIn(["config", "framewright:monitoring", "alerts"], alerts);
    writeWhole(withReceivers, stack.toString());
    await up(() => undefined, withReceivers);
  }, 5 * minute);

  afterAll(async () => {
    await up(() => undefined, stackFile);
    await stopReceiver();
  }, 5 * minute);

  test("the dead man's switch hears from Prometheus and Alertmanager each minute", async () => {
    const since = Date.now();
    const first = await secondsUntil("/watchdog", "Watchdog", since);
    const heard = async () => (await messagesTo("/watchdog", "Watchdog", since)).length;
    await expect.poll(heard, { timeout: 4 * minute, interval: 2000 }).toBeGreaterThan(2);
    const times = (await messagesTo("/watchdog", "Watchdog", since)).map(({ at }) => at);
    const gaps = times.slice(1).map((at, i) => Math.round((at - (times[i] ?? at)) / 1000));
    console.log(`dead man's switch: first after ${first} s, then every ${gaps.join(", ")} s`);
    expect(Math.max(...gaps)).toBeLessThan(100);
  });

  test("a worker that crashes again and again calls somebody", async () => {
    const place = ["-n", "framewright-workers"];
    const since = Date.now();
    await kubectl([...place, "set", "env", "deployment/worker-cpu", "HEALTH_PORT=none"]);
    try {
      const slack = await secondsUntil("/slack", "WorkerCrashLoop", since);
      const called = await secondsUntil("/pagerduty", "WorkerCrashLoop", since);
      console.log(`worker crash loop: Slack after ${slack} s, PagerDuty after ${called} s`);
    } finally {
      await kubectl([...place, "rollout", "undo", "deployment/worker-cpu"]);
    }
  });

  test("a broker that is away reaches Slack, PagerDuty and a mailbox, and so does its return", async () => {
    const scale = (replicas: number) =>
      kubectl([
        ...["-n", "framewright-data", "scale", "statefulset/rabbitmq"],
        `--replicas=${replicas}`,
      ]);
    const since = Date.now();
    await scale(0);
    try {
      const [slack, called, mail] = await Promise.all([
        secondsUntil("/slack", "BrokerAway", since),
        secondsUntil("/pagerduty", "BrokerAway", since),
        secondsUntil("mail", "BrokerAway", since),
      ]);
      console.log(`broker away: Slack ${slack} s, PagerDuty ${called} s, mail ${mail} s`);
      const [message] = await messagesTo("/slack", "BrokerAway", since);
      expect(message?.body).toContain("No replica of the API is connected to the broker");
      expect(message?.body).toContain("docs/runbooks/");
    } finally {
      await scale(1);
    }
    const back = Date.now();
    const resolved = await secondsUntil("/slack", "[RESOLVED", back);
    await secondsUntil("/pagerduty", '"event_action":"resolve"', back);
    console.log(`broker back: told after ${resolved} s`);
  });

  test("when Prometheus stops, the dead man's switch hears nothing any more", async () => {
    const place = ["-n", "framewright-ops", "scale", "statefulset/prometheus"];
    await kubectl([...place, "--replicas=0"]);
    const since = Date.now();
    try {
      // Alertmanager keeps an alert for four minutes after Prometheus has told of it last.
      await sleep(6 * minute);
      const after = await messagesTo("/watchdog", '"status":"firing"', since + 5 * minute);
      expect(after).toEqual([]);
    } finally {
      await kubectl([...place, "--replicas=1"]);
    }
  });
});
