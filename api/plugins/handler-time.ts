import type { FastifyReply } from "fastify";
import { AppError } from "../errors.ts";
import type { App } from "../app.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Longest time until this route begins to answer, where it is not that of the server, in milliseconds. */
    handlerMs?: number;
  }
}

/** How often open requests are looked at, in milliseconds. */
const lookEveryMs = 1_000;

/** Whether an answer has begun, or nobody waits for one. */
function isOver({ sent, raw }: FastifyReply): boolean {
  return sent || raw.headersSent || raw.destroyed;
}

/**
 * Answers 503 where a handler has not begun to answer in its time. Fastify's own `handlerTimeout` makes a timer and an
 * AbortController for each request, a fifth of the CPU of a short one, and cuts off a file that is still being sent.
 */
export function boundHandlers(app: App, limitMs: number): void {
  const open = new Set<FastifyReply>();
  let isDue = false;
  const look = (): void => {
    isDue = false;
    for (const reply of open) {
      if (isOver(reply)) open.delete(reply);
      else if (reply.elapsedTime >= (reply.routeOptions.config.handlerMs ?? limitMs)) {
        open.delete(reply);
        const options = { retryAfterSeconds: 1 };
        void reply.send(
          new AppError("unavailable", "The request took too long; try again", options),
        );
      }
    }
    if (open.size > 0) lookLater();
  };
  const lookLater = (): void => {
    if (isDue) return;
    isDue = true;
    setTimeout(look, Math.min(lookEveryMs, limitMs)).unref();
  };
  app.addHook("onRequest", (_request, reply, done) => {
    open.add(reply);
    lookLater();
    done();
  });
  app.addHook("onResponse", (_request, reply, done) => {
    open.delete(reply);
    done();
  });
}
