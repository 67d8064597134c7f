import type { App } from "../app.ts";
import { digestOf, sameSecret } from "../keys/keys.ts";

/** The proxy sets it on every request, whatever a client has sent (services/edge). */
const edgeHeader = "x-framewright-edge";

/**
 * Only the stack's proxy says where a client is: programs of the cluster reach the same ports, and what these say of
 * themselves is dropped. Before all that asks for an address.
 */
export function trustEdge(app: App, secret: string): void {
  const digest = digestOf(secret);
  app.addHook("onRequest", ({ raw: { headers } }, _reply, done) => {
    const given = headers[edgeHeader];
    if (typeof given !== "string" || !sameSecret(given, digest))
      headers["x-forwarded-for"] = undefined;
    headers[edgeHeader] = undefined;
    done();
  });
}
