import { connect, type Channel, type ChannelModel } from "amqplib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { jobClasses, type JobClass } from "@framewright/contracts/job.ts";
import { deadLetterQueue, jobExchange, queueOf } from "@framewright/contracts/queue.ts";
import { declareTopology } from "../../../api/backends/topology.ts";
import {
  admin,
  api,
  definitions,
  scaler,
  workerUser,
} from "../../../services/rabbitmq/definitions.ts";
import { startServices, type Services } from "../../support/services.ts";

const classes: JobClass[] = ["cpu.720p", "cpu.1080p"];
const own = classes.map(queueOf);
const foreign = [
  ...jobClasses.filter((jobClass) => !classes.includes(jobClass)).map(queueOf),
  deadLetterQueue,
];
const password = "a-password-of-the-test";

let services: Services;
let worker: ChannelModel;
let owner: ChannelModel;

function userUrl(user: string): string {
  const url = new URL(services.amqpUrl);
  url.username = user;
  url.password = password;
  return url.href;
}

/** What the broker answers to one command on a channel of its own; a refusal closes the channel. */
async function answerTo(
  command: (channel: Channel) => Promise<unknown>,
  by: ChannelModel = worker,
): Promise<string> {
  const channel = await by.createChannel();
  channel.on("error", () => undefined);
  try {
    await command(channel);
    await channel.close();
    return "allowed";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (typeof code !== "number") throw error;
    return String(code);
  }
}

const refused = "403";

beforeAll(async () => {
  services = await startServices({ rabbitmq: true });
  const credential = { password, salt: Buffer.from("salt").toString("base64") };
  const users = [admin, api, scaler, workerUser({ name: "cpu", classes })];
  const base = new URL(services.amqpManagementUrl);
  const basic = Buffer.from(`${base.username}:${base.password}`).toString("base64");
  const response = await fetch(`${base.origin}/api/definitions`, {
    method: "POST",
    headers: { authorization: `Basic ${basic}`, "content-type": "application/json" },
    body: definitions(users.map((user) => ({ ...user, credential }))),
  });
  expect(response.status).toBe(204);
  owner = await connect(userUrl("api"));
  const channel = await owner.createChannel();
  await declareTopology(channel);
  worker = await connect(userUrl("worker-cpu"));
});
afterAll(async () => {
  await worker.close();
  await owner.close();
  await services.stop();
});

const reads: Record<string, (queue: string) => (channel: Channel) => Promise<unknown>> = {
  purge: (queue) => (channel) => channel.purgeQueue(queue),
  "get from": (queue) => (channel) => channel.get(queue, { noAck: true }),
  "consume exclusively": (queue) => (channel) =>
    channel.consume(queue, () => undefined, { exclusive: true }),
};

describe.for(Object.entries(reads))("a worker's broker user", ([verb, command]) => {
  test(`cannot ${verb} a queue of classes that it does not serve`, async () => {
    const answers = [];
    for (const queue of foreign) answers.push([queue, await answerTo(command(queue))]);
    expect(answers).toEqual(foreign.map((queue) => [queue, refused]));
  });
});

test("a worker's broker user takes jobs of its own classes", async () => {
  for (const queue of own) {
    expect(await answerTo((channel) => channel.get(queue, { noAck: true }))).toBe("allowed");
    expect(await answerTo((channel) => channel.consume(queue, () => undefined))).toBe("allowed");
  }
});

const writes: Record<string, (channel: Channel) => Promise<unknown>> = {
  "declare a queue": (channel) => channel.assertQueue("framewright.jobs.mine"),
  "delete a queue that it serves": (channel) => channel.deleteQueue(queueOf("cpu.720p")),
  "bind a queue that it serves": (channel) =>
    channel.bindQueue(queueOf("cpu.720p"), jobExchange, "cpu.1080p"),
  "declare an exchange": (channel) => channel.assertExchange("framewright.mine", "direct"),
};

test.for(Object.entries(writes))("a worker's broker user cannot %s", async ([, command]) => {
  expect(await answerTo(command)).toBe(refused);
});

test("a worker's broker user cannot publish a job", async () => {
  const answer = await answerTo(async (channel) => {
    channel.publish(jobExchange, "cpu.720p", Buffer.from("{}"));
    // A refusal of a publish has no answer of its own; the next command finds the channel closed.
    await channel.checkQueue(queueOf("cpu.720p"));
  });
  expect(answer).toBe(refused);
});

/** As KEDA asks for queues whose names match a pattern. */
async function queuesSeenBy(user: string, pattern: string): Promise<unknown> {
  const base = new URL(services.amqpManagementUrl);
  const basic = Buffer.from(`${user}:${password}`).toString("base64");
  const query = new URLSearchParams({ use_regex: "true", name: pattern, page: "1" });
  const response = await fetch(`${base.origin}/api/queues/%2F?${query.toString()}`, {
    headers: { authorization: `Basic ${basic}` },
  });
  if (!response.ok) return response.status;
  const { items } = (await response.json()) as { items: { name: string }[] };
  return items.map(({ name }) => name).toSorted();
}

describe("the broker's user that scales", () => {
  test("sees how long the queues of a flavour are, and workers don't", async () => {
    const pattern = `^(${own.map((name) => name.replaceAll(".", String.raw`\.`)).join("|")})$`;
    expect(await queuesSeenBy("scaler", pattern)).toEqual(own.toSorted());
    expect(await queuesSeenBy("worker-cpu", pattern)).toBe(401);
  });

  test("takes no message and declares nothing", async () => {
    const connection = await connect(userUrl("scaler"));
    for (const command of [
      ...Object.values(reads).map((read) => read(queueOf("cpu.720p"))),
      ...Object.values(writes),
    ]) {
      expect(await answerTo(command, connection)).toBe(refused);
    }
    await connection.close();
  });
});
