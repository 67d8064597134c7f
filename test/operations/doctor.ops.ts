import { expect, test } from "vitest";
import { followJob } from "../../tools/demo/client.ts";
import { kubectl } from "../../tools/node/start.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { complaintsUntil } from "../support/e2e/doctor.ts";
import { clip, patienceMs, platform, shortClip, submit } from "../support/e2e/platform.ts";

describeClusterOnFailure();

const minuteMs = 60_000;
const workers = ["--namespace=framewright-workers", "deployment/worker-cpu"];
const has = (text: string) => (found: readonly string[]) =>
  found.some((what) => what.includes(text));
const nothing = (found: readonly string[]) => found.length === 0;

const poison = `
import amqp from "amqplib";
const connection = await amqp.connect(process.env.AMQP_URL);
const channel = await connection.createConfirmChannel();
channel.publish("framewright.jobs", "cpu.720p", Buffer.from("no message of ours"));
await channel.waitForConfirms();
await connection.close();
`;

test("a healthy stack has nothing wrong", async () => {
  expect(await complaintsUntil(nothing, minuteMs)).toEqual([]);
});

test("jobs wait and nobody takes them: said, and over once the runbook's step was taken", async () => {
  const api = await platform();
  await kubectl(["scale", ...workers, "--replicas=0"]);
  await kubectl(["rollout", "status", ...workers]);
  const { id } = await submit(api, await clip(shortClip));
  try {
    expect(await complaintsUntil(has("and no worker takes that class"), minuteMs)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^1 jobs of class cpu\.\w+ wait and no worker takes that class/),
      ]),
    );
  } finally {
    await kubectl(["scale", ...workers, "--replicas=1"]);
  }
  const job = await followJob(api, id, () => undefined, patienceMs);
  expect(job.state).toBe("succeeded");
  expect(await complaintsUntil(nothing, 2 * minuteMs)).toEqual([]);
});

test("a poisoned queue: a message that no worker can read is a dead letter, and jobs go on beside it", async () => {
  const inApi = ["exec", "--namespace=framewright-api", "deployment/api", "--"];
  await kubectl([...inApi, "node", "--input-type=module", "-e", poison]);
  expect(await complaintsUntil(has("dead letters"), minuteMs)).toEqual([
    "1 messages are dead letters",
  ]);
  const api = await platform();
  const { id } = await submit(api, await clip(shortClip));
  const job = await followJob(api, id, () => undefined, patienceMs);
  expect(job.state).toBe("succeeded");
  const inBroker = ["exec", "--namespace=framewright-data", "rabbitmq-0", "--"];
  await kubectl([...inBroker, "rabbitmqctl", "purge_queue", "framewright.dead"]);
  expect(await complaintsUntil(nothing, minuteMs)).toEqual([]);
});

test("a rollout to an image that is not there: said, nobody notices it, and it is rolled back", async () => {
  const sender = ["--namespace=framewright-api", "deployment/webhooks"];
  await kubectl(["set", "image", ...sender, "webhooks=framewright.local/api:missing"]);
  try {
    const found = await complaintsUntil(has("cannot be pulled"), 2 * minuteMs);
    expect(found).toEqual([
      expect.stringMatching(
        /^framewright-api\/webhooks-\S+: the image framewright\.local\/api:missing cannot be pulled/,
      ),
    ]);
  } finally {
    await kubectl(["rollout", "undo", ...sender]);
  }
  await kubectl(["rollout", "status", ...sender]);
  expect(await complaintsUntil(nothing, minuteMs)).toEqual([]);
});
