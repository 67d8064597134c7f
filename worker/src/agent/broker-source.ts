import { createAmqpSource, type AmqpSourceArgs } from "./amqp-source.ts";
import { Gate } from "./gate.ts";
import { createPollSource } from "./poll-source.ts";
import type { WorkSource } from "./work-source.ts";

/** Short, so that a worker with one slot is soon free for the broker again. */
const waitSeconds = 1;

/**
 * Learns of jobs from the broker, and asks the API while the broker is away: the API has the truth,
 * so that no job waits for a broker's restart.
 */
export function createBrokerSource(args: AmqpSourceArgs): WorkSource {
  const gate = new Gate();
  const onConnected = (connected: boolean): void => {
    args.onConnected(connected);
    if (connected) gate.shut();
    else gate.open();
  };
  const sources = [
    createAmqpSource({ ...args, onConnected }),
    createPollSource({ ...args, gate, waitSeconds }),
  ];
  return {
    start: () => {
      for (const source of sources) source.start();
    },
    stop: async () => {
      await Promise.all(sources.map((source) => source.stop()));
    },
    close: async () => {
      await Promise.all(sources.map((source) => source.close()));
    },
  };
}
