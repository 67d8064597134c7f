import { createServer, type Server } from "node:http";
import { stringify } from "yaml";

/** A Kubernetes API on loopback that knows no kinds: a preview takes every object as the program gives it. */
export class EmptyCluster {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<EmptyCluster> {
    const status = { kind: "Status", apiVersion: "v1", status: "Failure", code: 404 };
    const server = createServer((_request, response) => {
      response.writeHead(404, { "content-type": "application/json" });
      response.end(JSON.stringify({ ...status, reason: "NotFound", message: "not found" }));
    });
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    server.once("error", reject).listen(0, "127.0.0.1", () => {
      resolve(undefined);
    });
    await promise;
    return new EmptyCluster(server);
  }

  get kubeconfig(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("it does not listen");
    const name = clusterContext;
    return stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name, cluster: { server: `http://127.0.0.1:${address.port}` } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      users: [{ name, user: {} }],
      "current-context": name,
    });
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** The one context of its kubeconfig. */
export const clusterContext = "framewright";
