import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { parseDocument } from "yaml";
import { platform } from "../../tools/demo/platform.ts";
import { podCidr } from "../../tools/node/addresses.ts";
import { kubectl } from "../../tools/node/start.ts";
import { descriptorFile, own } from "../../tools/paths.ts";
import { up } from "../../tools/stack.ts";
import { writeWhole } from "../../tools/steps.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import {
  fillVolume,
  forgetBackups,
  stopTheQueue,
  type LastingFault,
} from "../support/operations/lasting-faults.ts";
import {
  messagesTo,
  receiverHost,
  startReceiver,
  stopReceiver,
} from "../support/operations/receiver-pod.ts";
import { receiverPorts } from "./receiver.ts";

describeClusterOnFailure();

const minute = 60_000;

const SlackMessage = Type.Object({
  attachments: Type.Array(Type.Object({ title: Type.String(), text: Type.String() })),
});

/** The stack as it runs, which has monitoring on. */
const stackFile = join(own, "Pulumi.local.yaml");
const withReceivers = join(own, "Pulumi.receivers.yaml");

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
async function secondsUntil(
  to: string,
  text: string,
  since: number,
  timeout = 9 * minute,
): Promise<number> {
  const found = () => messagesTo(to, text, since);
  await expect
    .poll(async () => (await found()).length, {
      timeout,
      interval: 2000,
      message: `no message to ${to} with ${text}`,
    })
    .toBeGreaterThan(0);
  const [first] = await found();
  return Math.round(((first?.at ?? 0) - since) / 1000);
}

/** What a person reads in Slack. */
async function toldInSlack(text: string, since: number): Promise<string> {
  const [message] = await messagesTo("/slack", text, since);
  const { attachments } = Value.Parse(SlackMessage, JSON.parse(message?.body ?? "{}"));
  return attachments.map(({ title, text: said }) => `${title}\n${said}`).join("\n");
}

/** Alerts that wait before they tell anybody, so that their faults last while other scenes run. */
const patient = ["QueueStuck", "DiskNearlyFull", "BackupMissing"] as const;

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

  test("a worker that crashes again and again calls somebody", async () => {
    const place = ["-n", "framewright-workers"];
    const since = Date.now();
    await kubectl([...place, "set", "env", "deployment/worker-cpu", "HEALTH_PORT=none"]);
    try {
      const slack = await secondsUntil("/slack", "WorkerCrashLoop", since);
      const called = await secondsUntil("/pagerduty", "WorkerCrashLoop", since);
      console.log(
        `worker crash loop: Slack after ${slack} s, PagerDuty after ${called} s\n` +
          (await toldInSlack("WorkerCrashLoop", since)),
      );
    } finally {
      await kubectl([...place, "rollout", "undo", "deployment/worker-cpu"]);
      await kubectl([...place, "rollout", "status", "deployment/worker-cpu", "--timeout=300s"]);
    }
  });

  describe("while a queue is stuck, a disk is nearly full and no backup is made", () => {
    let since: number;
    const faults: LastingFault[] = [];
    beforeAll(async () => {
      since = Date.now();
      faults.push(await fillVolume(apiImage()));
      faults.push(await forgetBackups(apiImage()));
      faults.push(await stopTheQueue(await platform()));
    }, 8 * minute);
    afterAll(async () => {
      for (const { end } of faults) await end();
    }, 2 * minute);

    test("the dead man's switch hears from Prometheus and Alertmanager each minute", async () => {
      const first = await secondsUntil("/watchdog", "Watchdog", since);
      const heard = async () => (await messagesTo("/watchdog", "Watchdog", since)).length;
      await expect.poll(heard, { timeout: 4 * minute, interval: 2000 }).toBeGreaterThan(2);
      const times = (await messagesTo("/watchdog", "Watchdog", since)).map(({ at }) => at);
      const gaps = times.slice(1).map((at, i) => Math.round((at - (times[i] ?? at)) / 1000));
      console.log(`dead man's switch: first after ${first} s, then every ${gaps.join(", ")} s`);
      expect(Math.max(...gaps)).toBeLessThan(100);
    });

    test("a broker that is away reaches Slack, PagerDuty and a mailbox, and so does its return", async () => {
      const broker = ["-n", "framewright-data", "statefulset/rabbitmq"];
      const scale = (replicas: number) => kubectl(["scale", ...broker, `--replicas=${replicas}`]);
      const stopped = Date.now();
      await scale(0);
      try {
        const [slack, called, mail] = await Promise.all([
          secondsUntil("/slack", "BrokerAway", stopped),
          secondsUntil("/pagerduty", "BrokerAway", stopped),
          secondsUntil("mail", "BrokerAway", stopped),
        ]);
        const said = await toldInSlack("BrokerAway", stopped);
        console.log(
          `broker away: Slack ${slack} s, PagerDuty ${called} s, mail ${mail} s\n${said}`,
        );
        expect(said).toContain("No replica of the API is connected to the broker");
        expect(said).toContain("docs/runbooks/");
      } finally {
        await scale(1);
      }
      const back = Date.now();
      const resolved = await secondsUntil("/slack", "[RESOLVED", back);
      await secondsUntil("/pagerduty", '"event_action":"resolve"', back);
      console.log(`broker back: told after ${resolved} s`);
    });

    test(
      "each of the three is told of, with what it means and where to read on",
      async () => {
        for (const name of patient) {
          const seconds = await secondsUntil("/slack", name, since, 25 * minute);
          const said = await toldInSlack(name, since);
          console.log(`${name}: Slack after ${seconds} s\n${said}`);
          expect(said).toContain("Runbook: ");
          expect(said).toContain("Dashboard: ");
        }
        expect(await toldInSlack("DiskNearlyFull", since)).toContain("nearly-full");
        expect(await toldInSlack("BackupMissing", since)).toContain("postgres-backup-of-test");
        for (const name of ["QueueStuck", "BackupMissing"]) {
          await secondsUntil("/pagerduty", name, since, minute);
        }
        // A warning wakes nobody up.
        expect(await messagesTo("/pagerduty", "DiskNearlyFull", since)).toEqual([]);
      },
      30 * minute,
    );
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
