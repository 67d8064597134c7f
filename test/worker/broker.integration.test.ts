import { connect, type Channel, type ChannelModel } from "amqplib";
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deadLetterExchange, deadLetterQueue, queueOf } from "@framewright/contracts/queue.ts";
import { clips } from "../support/clips.ts";
import { startServices, type Services } from "../support/services.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";
import { startBench, until, type WorkerBench } from "../support/worker-process.ts";

const queues = [queueOf("cpu.720p"), queueOf("cpu.1080p")];
const [queue = ""] = queues;

let services: Services;
let model: ChannelModel;
let channel: Channel;
let bench: WorkerBench;

async function open(): Promise<void> {
  model = await connect(services.amqpUrl);
  model.on("error", () => undefined);
  channel = await model.createChannel();
  channel.on("error", () => undefined);
  await channel.assertExchange(deadLetterExchange, "direct", { durable: true });
  await channel.assertQueue(deadLetterQueue, { durable: true });
  for (const name of queues) {
    await channel.assertQueue(name, {
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": deadLetterExchange,
        "x-dead-letter-routing-key": deadLetterQueue,
      },
    });
  }
  await channel.bindQueue(deadLetterQueue, deadLetterExchange, deadLetterQueue);
}

beforeAll(async () => {
  services = await startServices({ rabbitmq: true });
  await open();
});

afterAll(() => services.stop());

beforeEach(async () => {
  bench = await startBench();
});

afterEach(async () => {
  await bench.close();
  for (const name of [...queues, deadLetterQueue]) await channel.purgeQueue(name);
});

function send(content: string, to = queue): void {
  channel.sendToQueue(to, Buffer.from(content), { persistent: true });
}

function message(jobId: string): string {
  return JSON.stringify({ v: 1, jobId });
}

async function start(env: Record<string, string> = {}) {
  const worker = bench.start({ AMQP_URL: services.amqpUrl, ...env });
  await until("it takes jobs", () => worker.lines("registered; taking jobs").length === 1);
  return worker;
}

async function depth(name: string): Promise<number> {
  return (await channel.checkQueue(name)).messageCount;
}

async function untilDepth(name: string, wanted: number): Promise<void> {
  const end = Date.now() + 20_000;
  while ((await depth(name)) !== wanted) {
    if (Date.now() > end) throw new Error(`${name} has ${await depth(name)}, not ${wanted}`);
    await setTimeout(50);
  }
}

describe("work from the broker", () => {
  it("is claimed, done and acknowledged, from every queue", async () => {
    const jobs = [bench.api.addJob(await clips.sd(3)), bench.api.addJob(await clips.sd(3))];
    jobs.forEach((job, index) => {
      send(message(job.id), queues[index]);
    });
    await start();
    await Promise.all(jobs.map((job) => job.ended));
    expect(jobs.map((job) => [job.state, job.attempt])).toEqual([
      ["succeeded", 1],
      ["succeeded", 1],
    ]);
    for (const name of queues) await untilDepth(name, 0);
  });

  it("is left to others while the one slot is taken", async () => {
    const long = bench.api.addJob(await clips.long());
    const next = bench.api.addJob(await clips.sd(3));
    send(message(long.id));
    await start();
    await bench.encoding(long);
    send(message(next.id));
    send(message(next.id), queues[1]);
    await setTimeout(1000);
    expect([next.attempt, await depth(queue), await depth(queues[1]!)]).toEqual([0, 1, 1]);
    long.verdict = "cancel";
    await next.ended;
    expect([next.state, next.attempt]).toEqual(["succeeded", 1]);
  });

  it("that names a job already taken is acknowledged and forgotten", async () => {
    const job = bench.api.addJob(await clips.sd(3));
    for (let copy = 0; copy < 20; copy += 1) send(message(job.id));
    send(message(randomUUID()));
    await start();
    await job.ended;
    await untilDepth(queue, 0);
    expect([job.state, job.attempt]).toEqual(["succeeded", 1]);
    expect(await depth(deadLetterQueue)).toBe(0);
  });

  it("that is malformed goes to the dead letters", async () => {
    const job = bench.api.addJob(await clips.sd(3));
    const bad = ["not json", "{}", '{"v":2,"jobId":"x"}', ""];
    bad.forEach((content) => {
      send(content);
    });
    send(message(job.id));
    await start();
    await job.ended;
    await untilDepth(deadLetterQueue, bad.length);
    expect(job.state).toBe("succeeded");
  });

  it("goes back when the API cannot be reached, and is done when it can", async () => {
    const worker = await start();
    bench.api.outage = 503;
    const job = bench.api.addJob(await clips.sd(3));
    send(message(job.id));
    const said = "claiming failed; the message goes back";
    await until("a claim fails", () => worker.lines(said).length >= 1);
    bench.api.outage = undefined;
    await job.ended;
    expect(job.state).toBe("succeeded");
  });

  it("that is handed back by a drain is not held in the broker", async () => {
    const worker = await start({ DRAIN_SECONDS: "2" });
    const job = bench.api.addJob(await clips.long());
    send(message(job.id));
    await bench.encoding(job);
    worker.child.kill("SIGTERM");
    expect(await worker.exited).toBe(0);
    expect(job.released).toBe("draining");
    await untilDepth(queue, 0);
  });

  it("is handed back at once by a worker that is preempted, also without an answer of the broker", async () => {
    const proxy = await startTcpProxy(services.amqpUrl);
    try {
      const worker = await start({
        AMQP_URL: proxy.url,
        WORKER_SLOTS: "2",
        DRAIN_SECONDS: "10",
      });
      const job = bench.api.addJob(await clips.long());
      send(message(job.id));
      await bench.encoding(job);
      proxy.freeze();
      const began = performance.now();
      worker.child.kill("SIGTERM");
      await Promise.race([job.ended, setTimeout(2000)]);
      worker.child.kill("SIGKILL");
      await worker.exited;
      expect([job.state, job.released]).toEqual(["queued", "draining"]);
      expect(performance.now() - began).toBeLessThan(2000);
    } finally {
      await proxy.close();
    }
  });

  it("returns to the queue when the worker is killed", async () => {
    const worker = await start();
    const job = bench.api.addJob(await clips.long());
    send(message(job.id));
    await bench.encoding(job);
    worker.child.kill("SIGKILL");
    await untilDepth(queue, 1);
  });

  it("goes on after the broker was away, and a job under way is not disturbed", async () => {
    const worker = await start();
    const long = bench.api.addJob(await clips.long());
    send(message(long.id));
    await bench.encoding(long);
    await model.close();
    await services.restart("rabbitmq", { downMs: 1000 });
    await open();
    await until("it has noticed", () => worker.lines("the broker is away").length >= 1);
    await long.ended;
    expect([long.state, long.attempt]).toEqual(["succeeded", 1]);
    const next = bench.api.addJob(await clips.sd(3));
    send(message(next.id));
    await next.ended;
    expect(next.state).toBe("succeeded");
  });

  it("comes from the API while the broker is away, also at the start", async () => {
    await model.close();
    await services.kill("rabbitmq");
    const worker = bench.start({ AMQP_URL: services.amqpUrl });
    await until("it has noticed", () => worker.lines("the broker is away").length >= 1);
    const jobs = [bench.api.addJob(await clips.sd(3)), bench.api.addJob(await clips.sd(3))];
    await Promise.all(jobs.map((job) => job.ended));
    expect(jobs.map(({ state, attempt }) => [state, attempt])).toEqual([
      ["succeeded", 1],
      ["succeeded", 1],
    ]);
    await services.restart("rabbitmq");
    await open();
    const next = bench.api.addJob(await clips.sd(3));
    send(message(next.id));
    await next.ended;
    await untilDepth(queue, 0);
    expect([next.state, next.attempt]).toEqual(["succeeded", 1]);
  });
});
