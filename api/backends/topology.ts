import {
  deadLetterExchange,
  deadLetterQueue,
  deliveryLimit,
  jobExchange,
  queueOf,
} from "@framewright/contracts/queue.ts";
import { jobClasses, type JobClass, type Priority } from "@framewright/contracts/job.ts";
import type { Channel } from "amqplib";

/** Longer than any job may take; the lease in Postgres, not the broker, finds dead workers. */
const consumerTimeoutMs = 24 * 3600 * 1000;
const deadMessageTtlMs = 14 * 24 * 3600 * 1000;

/**
 * RabbitMQ 4.0 knows two priorities in quorum queues, normal (0 to 4) and high (5 and more), and
 * serves them 1 to 2; 4.3 serves higher numbers strictly first. These fit both.
 */
export const messagePriority = { normal: 1, high: 8 } as const satisfies Record<Priority, number>;

/** At-least-once dead-lettering needs `reject-publish`; the publisher keeps what is refused. */
const jobQueueArguments = {
  "x-queue-type": "quorum",
  "x-delivery-limit": deliveryLimit,
  "x-dead-letter-exchange": deadLetterExchange,
  "x-dead-letter-strategy": "at-least-once",
  "x-overflow": "reject-publish",
  "x-consumer-timeout": consumerTimeoutMs,
};

/** Declares the queue of a class, which costs nothing when it exists, and returns how many messages wait in it. */
export async function declareJobQueue(channel: Channel, jobClass: JobClass): Promise<number> {
  const queue = queueOf(jobClass);
  const { messageCount } = await channel.assertQueue(queue, {
    durable: true,
    arguments: jobQueueArguments,
  });
  await channel.bindQueue(queue, jobExchange, jobClass);
  return messageCount;
}

/** Everything the broker must have. Run after every (re)connect: a broker may come back empty. */
export async function declareTopology(channel: Channel): Promise<void> {
  await channel.assertExchange(deadLetterExchange, "fanout", { durable: true });
  await channel.assertQueue(deadLetterQueue, {
    durable: true,
    arguments: { "x-queue-type": "quorum", "x-message-ttl": deadMessageTtlMs },
  });
  await channel.bindQueue(deadLetterQueue, deadLetterExchange, "");
  await channel.assertExchange(jobExchange, "direct", { durable: true });
  for (const jobClass of jobClasses) await declareJobQueue(channel, jobClass);
}
