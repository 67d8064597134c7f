import { connect, type ChannelModel, type ConfirmChannel } from "amqplib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { jobExchange, queueOf } from "@framewright/contracts/queue.ts";
import { declareTopology } from "../../api/backends/topology.ts";
import { until } from "../api/api-under-test.ts";
import { startBrokerCluster, type BrokerCluster, type Member } from "./broker-cluster.ts";

const jobClass = "cpu.720p";
const queue = queueOf(jobClass);
const startMs = 240_000;

let cluster: BrokerCluster;
const connections: ChannelModel[] = [];
let names: string[];

async function channelTo(member: Member): Promise<ConfirmChannel> {
  const connection = await connect(member.url);
  connection.on("error", () => undefined);
  connections.push(connection);
  const channel = await connection.createConfirmChannel();
  channel.on("error", () => undefined);
  return channel;
}

interface QueueFacts {
  readonly leader: string;
  readonly members: readonly string[];
  readonly messages: number;
}

function factsBy(member: Member): Promise<QueueFacts> {
  return cluster.ask<QueueFacts>(member, `/queues/%2F/${queue}`);
}

function membersBut(name: string): Member[] {
  return cluster.members.filter((member) => member.name !== name);
}

/** Until all nodes see each other, by this one. */
function whole(member: Member): Promise<unknown> {
  const seen = async (): Promise<boolean> => (await cluster.running(member)).length === 3;
  return until("a broker of three nodes", seen, startMs);
}

beforeAll(async () => {
  cluster = await startBrokerCluster(3);
  names = cluster.members.map(({ name }) => name);
  for (const member of cluster.members) await whole(member);
}, startMs);
afterAll(async () => {
  await Promise.allSettled(connections.map((connection) => connection.close()));
  await cluster.stop();
});

test("queues that the API declares have a member on each of three nodes", async () => {
  const [first] = cluster.members;
  if (!first) throw new Error("there are no members");
  await declareTopology(await channelTo(first));
  const facts = await until("three members", async () => {
    const found = await factsBy(first);
    return found.members.length === 3 && found;
  });
  expect([...facts.members].toSorted()).toEqual(names);
});

/** Publishes one message after the other, each confirmed, until told to stop. */
function publisher(channel: ConfirmChannel) {
  let stopped = false;
  let confirmed = 0;
  let longestMs = 0;
  const body = Buffer.from("{}");
  const run = async (): Promise<void> => {
    for (let last = performance.now(); !stopped;) {
      await new Promise<void>((resolve, reject) => {
        channel.publish(jobExchange, jobClass, body, { persistent: true }, (error: unknown) => {
          if (error instanceof Error) reject(error);
          else resolve();
        });
      });
      confirmed += 1;
      longestMs = Math.max(longestMs, performance.now() - last);
      last = performance.now();
    }
  };
  const running = run();
  return {
    get confirmed() {
      return confirmed;
    },
    async stop() {
      stopped = true;
      await running;
      return { confirmed, longestMs };
    },
  };
}

test("no confirmed message is lost when the leader's node is killed, and it comes back by itself", async () => {
  const [first] = cluster.members;
  if (!first) throw new Error("there are no members");
  const { leader } = await factsBy(first);
  const [other] = membersBut(leader);
  const killed = cluster.members.find(({ name }) => name === leader);
  if (!other || !killed) throw new Error(`the leader ${leader} is no member`);
  const load = publisher(await channelTo(other));
  await until("the first confirms", () => Promise.resolve(load.confirmed > 100));
  await killed.sandbox.kill();
  const before = load.confirmed;
  await until("more confirms", () => Promise.resolve(load.confirmed > before + 100));
  const { confirmed, longestMs } = await load.stop();
  console.log(`${confirmed} confirmed, the longest gap ${Math.round(longestMs)} ms`);
  expect(await cluster.running(other)).not.toContain(leader);
  const kept = await until("the count", async () => {
    const { messages } = await factsBy(other);
    return messages >= confirmed && messages;
  });
  expect(kept).toBe(confirmed);
  killed.sandbox.start();
  await whole(killed);
});

test("a node that has lost its volume is a member again by itself, with its part of each queue", async () => {
  const [first, lost] = cluster.members;
  if (!first || !lost) throw new Error("there are no members");
  await lost.sandbox.kill();
  lost.sandbox.wipe();
  lost.sandbox.start();
  await whole(lost);
  const hasPart = async () => (await factsBy(first)).members.includes(lost.name);
  await until("its part of the queue", hasPart, startMs);
}, 300_000);
