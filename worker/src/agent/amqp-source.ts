import { readFileSync } from "node:fs";
import { connect, type Channel } from "amqplib";
import { AmqpSession, type AmqpSessionArgs } from "./amqp-session.ts";
import { pause } from "@framewright/runtime/clock.ts";
import type { WorkSource } from "./work-source.ts";

export interface AmqpSourceArgs extends AmqpSessionArgs {
  readonly connect?: typeof connect;
  readonly url: string;
  /** PEM file of the authorities that may sign the broker's certificate. */
  readonly caFile?: string | undefined;
  readonly onConnected: (connected: boolean) => void;
}

/** Keeps a channel open for as long as the worker takes on work. */
export function createAmqpSource(args: AmqpSourceArgs): WorkSource {
  const stopping = new AbortController();
  const closing = new AbortController();
  let session: AmqpSession | undefined;
  let running: Promise<void> = Promise.resolve();

  const oneSession = async (openChannel: () => Promise<Channel>): Promise<void> => {
    const channel = await openChannel();
    const closed = new Promise<void>((resolve) => {
      channel.once("close", () => {
        resolve();
      });
    });
    session = new AmqpSession(args, channel, stopping.signal);
    await session.fill();
    await closed;
  };

  const run = async (): Promise<void> => {
    const recovery = { initialDelay: 500, maxDelay: 5_000, waitForConnect: false };
    const connection = await (args.connect ?? connect)(args.url, {
      ...{ recovery, timeout: 10_000 },
      ...(args.caFile !== undefined && { ca: readFileSync(args.caFile) }),
    });
    const down = (error: Error): void => {
      args.onConnected(false);
      args.log.warn({ err: error }, "the broker is away");
    };
    connection.on("connect", () => {
      args.onConnected(true);
    });
    connection.on("disconnect", down);
    connection.on("connect-failed", down);
    connection.on("error", down);
    closing.signal.addEventListener("abort", () => void connection.close());
    while (!closing.signal.aborted) {
      await oneSession(() => connection.createChannel()).catch((error: unknown) => {
        if (!closing.signal.aborted) args.log.warn({ err: error }, "no broker channel");
      });
      await pause(1000, closing.signal);
    }
  };

  args.slots.onFree(() => void session?.fill());
  return {
    start: () => {
      running = run();
    },
    stop: async () => {
      stopping.abort();
      await session?.fill();
    },
    close: async () => {
      await session?.close().catch((error: unknown) => {
        args.log.debug({ err: error }, "the channel was closed already");
      });
      closing.abort();
      await running;
    },
  };
}
