import { readFile } from "node:fs/promises";
import { Agent, get, type RequestOptions } from "node:https";
import { get as getPlain, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { Type } from "typebox";
import { Value } from "typebox/value";

/** What a list of the Kubernetes API has whatever its items are. */
const Page = Type.Object({
  metadata: Type.Object({ continue: Type.Optional(Type.String()) }),
  items: Type.Array(Type.Unknown()),
});

/** Objects of one answer: of pods they are about 2 MB, and no more than one answer is in memory. */
const pageSize = 200;
const timeoutMs = 8_000;

export interface KubernetesOptions {
  readonly url: string;
  readonly tokenFile: string;
  readonly caFile: string;
}

/** Lists objects, by plain requests with the account's token. It can do nothing else. */
export class Kubernetes {
  readonly #options: KubernetesOptions;
  readonly #agent: Agent | undefined;

  private constructor(options: KubernetesOptions, agent: Agent | undefined) {
    this.#options = options;
    this.#agent = agent;
  }

  static async connect(options: KubernetesOptions): Promise<Kubernetes> {
    const agent = options.url.startsWith("https:")
      ? new Agent({ ca: await readFile(options.caFile), keepAlive: true, maxSockets: 4 })
      : undefined;
    return new Kubernetes(options, agent);
  }

  /** @param path of the list, like `/api/v1/namespaces/default/pods` */
  async *list(path: string): AsyncGenerator {
    let next: string | undefined;
    do {
      const query = new URLSearchParams({ limit: String(pageSize) });
      if (next !== undefined) query.set("continue", next);
      const page = Value.Parse(Page, JSON.parse(await this.#get(`${path}?${query.toString()}`)));
      yield* page.items;
      next = page.metadata.continue;
    } while (next !== undefined && next !== "");
  }

  async #get(path: string): Promise<string> {
    const token = (await readFile(this.#options.tokenFile, "utf8")).trim();
    const response = await this.#request(path, {
      headers: { authorization: `Bearer ${token}`, accept: "application/json" },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body = await text(response);
    if (response.statusCode === 200) return body;
    throw new Error(
      `GET ${path} of the Kubernetes API answered ${String(response.statusCode)}: ${body.slice(0, 300)}`,
    );
  }

  #request(path: string, options: RequestOptions): Promise<IncomingMessage> {
    const url = new URL(path, this.#options.url);
    return new Promise((resolve, reject) => {
      const sent =
        this.#agent === undefined
          ? getPlain(url, options, resolve)
          : get(url, { ...options, agent: this.#agent }, resolve);
      sent.on("error", (cause) => {
        reject(new Error(`the Kubernetes API at ${url.host} does not answer`, { cause }));
      });
    });
  }
}
