import { readFile } from "node:fs/promises";
import { Agent, request, type RequestOptions } from "node:https";
import { request as requestPlain, type IncomingMessage } from "node:http";
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

interface Question {
  readonly method: "GET" | "PATCH";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Refused {
  readonly path: string;
  readonly status: number;
  readonly answer: string;
}

function refusal(method: string, { path, status, answer }: Refused): Error {
  return new Error(
    `${method} ${path} of the Kubernetes API answered ${status}: ${answer.slice(0, 1000)}`,
  );
}

const whole = "application/json";
/** https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches */
const metadataOf = (kind: string) => `application/json;as=${kind};g=meta.k8s.io;v=v1`;

/** Lists objects and annotates them, by plain requests with the account's token. It can do nothing else. */
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
  list(path: string): AsyncGenerator {
    return this.#pages(path, whole);
  }

  /** The same, of each object `metadata` alone. */
  listMetadata(path: string): AsyncGenerator {
    return this.#pages(path, metadataOf("PartialObjectMetadataList"));
  }

  /** Sets annotations, and removes those that are null. False: there is no such object any more. */
  async annotate(
    path: string,
    annotations: Readonly<Record<string, string | null>>,
  ): Promise<boolean> {
    const body = JSON.stringify({ metadata: { annotations } });
    const { status, answer } = await this.#ask(path, {
      method: "PATCH",
      headers: {
        "content-type": "application/merge-patch+json",
        accept: metadataOf("PartialObjectMetadata"),
      },
      body,
    });
    if (status === 404) return false;
    if (status === 200) return true;
    throw refusal("PATCH", { path, status, answer });
  }

  async *#pages(path: string, accept: string): AsyncGenerator {
    let next: string | undefined;
    do {
      const query = new URLSearchParams({ limit: String(pageSize) });
      if (next !== undefined) query.set("continue", next);
      const of = `${path}?${query.toString()}`;
      const { status, answer } = await this.#ask(of, { method: "GET", headers: { accept } });
      if (status !== 200) throw refusal("GET", { path: of, status, answer });
      const page = Value.Parse(Page, JSON.parse(answer));
      yield* page.items;
      next = page.metadata.continue;
    } while (next !== undefined && next !== "");
  }

  async #ask(
    path: string,
    { method, headers, body }: Question,
  ): Promise<{ readonly status: number; readonly answer: string }> {
    const token = (await readFile(this.#options.tokenFile, "utf8")).trim();
    const options = {
      method,
      headers: { ...headers, authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(timeoutMs),
    };
    const response = await this.#request(path, options, body);
    return { status: response.statusCode ?? 0, answer: await text(response) };
  }

  #request(path: string, options: RequestOptions, body?: string): Promise<IncomingMessage> {
    const url = new URL(path, this.#options.url);
    return new Promise((resolve, reject) => {
      const sent =
        this.#agent === undefined
          ? requestPlain(url, options, resolve)
          : request(url, { ...options, agent: this.#agent }, resolve);
      sent.on("error", (cause) => {
        reject(new Error(`the Kubernetes API at ${url.host} does not answer`, { cause }));
      });
      sent.end(body);
    });
  }
}
