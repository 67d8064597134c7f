import type { App } from "../app.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Whether the body may take as long as it needs, as a file does. */
    longBody?: boolean;
  }
}

/**
 * Cuts off a client that sends its body too slowly, so that it does not hold its socket for ever. Node's own limit,
 * `requestTimeout`, is the same for every route, files included.
 */
export function boundBodies(app: App, limitMs: number): void {
  app.addHook("onRequest", (request, _reply, done) => {
    const { raw } = request;
    const { "content-length": length = "0", "transfer-encoding": chunked } = raw.headers;
    const hasBody = chunked !== undefined || length !== "0";
    if (hasBody && request.routeOptions.config.longBody !== true) {
      const timer = setTimeout(() => {
        if (!raw.complete) raw.destroy();
      }, limitMs);
      raw.once("close", () => {
        clearTimeout(timer);
      });
    }
    done();
  });
}
