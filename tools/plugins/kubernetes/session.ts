import { Engine } from "../kit/engine.ts";
import { messageOf } from "../kit/errors.ts";
import { Cluster } from "./client/cluster.ts";
import { loadConnection } from "./client/kubeconfig.ts";
import { readOptions, type ProviderOptions } from "./options.ts";

/** What the operations of one configured provider share. */
export class Session {
  readonly engine = new Engine();
  readonly official: string;
  readonly #cancelled = new AbortController();
  #options: ProviderOptions = readOptions(new Map(), {});
  #cluster: Cluster | undefined;
  #problem = "the provider has not been configured";

  constructor(official: string) {
    this.official = official;
  }

  get options(): ProviderOptions {
    return this.#options;
  }

  get signal(): AbortSignal {
    return this.#cancelled.signal;
  }

  /** A bad kubeconfig only matters to operations that need the cluster, so it is kept until then. */
  configure(variables: ReadonlyMap<string, string>): void {
    this.#options = readOptions(variables, process.env);
    try {
      const connection = loadConnection(this.#options, process.env);
      this.#cluster = new Cluster(connection, this.#options.namespace, this.signal);
    } catch (error) {
      this.#problem = messageOf(error);
    }
  }

  get cluster(): Cluster {
    if (this.#cluster !== undefined) return this.#cluster;
    throw new Error(`the Kubernetes cluster cannot be reached: ${this.#problem}`);
  }

  /** Shows the API server's warnings beside the resource that they are about. */
  warner(urn: string): (message: string) => void {
    return (message) => {
      this.engine.log(urn, "warning", message);
    };
  }

  cancel(): void {
    this.#cancelled.abort(new Error("the operation was cancelled"));
  }
}
