import { connect, type Channel, type ChannelModel, type ConsumeMessage } from "amqplib";
import { Value } from "typebox/value";
import { JobMessage, queueOf } from "@framewright/contracts/queue.ts";
import type { EngineUnderTest } from "./engine-under-test.ts";

/** Until the job is settled or not ours: calls that find the API or the store away are repeated. */
async function work({ worker }: EngineUnderTest, jobId: string): Promise<"ack" | "nack"> {
  const claim = await worker.claim(jobId);
  if (claim.status === 409) return "ack";
  if (claim.status !== 200) return "nack";
  const lease = claim.body;
  for (let i = 0; i < 100; i++) {
    try {
      const uploaded = await worker.uploadAll(lease);
      if (uploaded === 409) return "ack";
      const { status } = await worker.complete(lease);
      if (status === 200 || status === 409) return "ack";
    } catch {
      // As below: try again.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return "nack";
}

/** Learns of jobs from the broker as a worker in the cluster does: ack once the job is settled. */
export async function startConsumer(engine: EngineUnderTest) {
  const active = new Set<Promise<void>>();
  const handle = async (channel: Channel, message: ConsumeMessage): Promise<void> => {
    const content: unknown = JSON.parse(message.content.toString());
    const verdict = await work(engine, Value.Parse(JobMessage, content).jobId).catch(
      () => "nack" as const,
    );
    try {
      if (verdict === "ack") channel.ack(message);
      else channel.nack(message);
    } catch {
      // The channel is gone with its connection; the broker delivers again.
    }
  };
  const connection = await connect(engine.services.amqpUrl, {
    recovery: {
      initialDelay: 100,
      maxDelay: 1_000,
      setup: async (model: ChannelModel) => {
        const channel = await model.createChannel();
        channel.on("error", () => undefined);
        await channel.prefetch(2);
        await channel.consume(queueOf("cpu.720p"), (message) => {
          if (!message) return;
          const handling = handle(channel, message).finally(() => active.delete(handling));
          active.add(handling);
        });
      },
    },
  });
  connection.on("error", () => undefined);
  return {
    stop: async () => {
      await connection.close();
      await Promise.allSettled([...active]);
    },
  };
}
