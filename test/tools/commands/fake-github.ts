import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly type: string } | null;
}

interface Pull {
  readonly number: number;
  readonly head: string;
  readonly state: "open" | "closed";
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** GitHub refuses a longer body. */
const longestBody = 65_536;
const pageOfList = 30;
const largestPage = 100;

const notFound: Answer = { status: 404, body: { message: "Not Found" } };

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? "" : (JSON.parse(text) as { body: string }).body;
}

/** The parts of GitHub's REST API that a comment on a pull request needs, on loopback, below a path as a server of one's own has it. */
export class FakeGitHub {
  static readonly repository = "example/videos";
  /** May write on pull requests. */
  static readonly token = "token-that-writes";
  static readonly reader = "token-that-reads";

  pulls: Pull[] = [{ number: 7, head: "someone:a branch", state: "open" }];
  comments: Comment[] = [];
  /** Method and path of each request, with its query. */
  readonly requests: string[] = [];
  /** Answered instead, while it is set; nothing is answered at all to "silence". */
  instead: Answer | "silence" | undefined;

  readonly #server = createServer((request, response) => {
    void this.#serve(request, response);
  });

  async start(): Promise<this> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#server.listen(0, "127.0.0.1", () => {
      resolve(undefined);
    });
    await promise;
    return this;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get apiUrl(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port.toString()}/api/v3`;
  }

  get place() {
    return { apiUrl: this.apiUrl, repository: FakeGitHub.repository, token: FakeGitHub.token };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    this.requests.push(`${method} ${url}`);
    const body = await readBody(request);
    if (this.instead === "silence") return;
    const {
      status,
      body: told,
      headers: more,
    } = this.instead ?? this.#answer(method, url, { ...headers, body });
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...more });
    response.end(typeof told === "string" ? told : JSON.stringify(told));
  }

  #answer(
    method: string,
    url: string,
    sent: IncomingMessage["headers"] & { body: string },
  ): Answer {
    if (sent["user-agent"] === undefined)
      return { status: 403, body: { message: "no user agent" } };
    const token = /^Bearer (.*)$/.exec(sent.authorization ?? "")?.[1] ?? "";
    if (![FakeGitHub.token, FakeGitHub.reader].includes(token)) {
      return { status: 401, body: { message: "Bad credentials" } };
    }
    const { pathname, searchParams } = new URL(url, this.apiUrl);
    const [, path] = pathname.split(`/api/v3/repos/${FakeGitHub.repository}/`);
    if (path === undefined) return notFound;
    if (method === "GET") return this.#list(path, searchParams);
    if (token === FakeGitHub.reader) {
      return { status: 403, body: { message: "Resource not accessible by integration" } };
    }
    return this.#write(method, path, sent.body);
  }

  #list(path: string, query: URLSearchParams): Answer {
    if (path === "pulls") {
      const { head, state } = { head: query.get("head"), state: query.get("state") };
      const found = this.pulls.filter((pull) => pull.head === head && pull.state === state);
      return this.#page(path, found, query);
    }
    const isOnPull = this.pulls.some(
      ({ number }) => path === `issues/${number.toString()}/comments`,
    );
    return isOnPull ? this.#page(path, this.comments, query) : notFound;
  }

  #page(path: string, items: readonly unknown[], query: URLSearchParams): Answer {
    const size = Math.min(Number(query.get("per_page") ?? pageOfList), largestPage);
    const page = Number(query.get("page") ?? 1);
    const body = items.slice((page - 1) * size, page * size);
    if (page * size >= items.length) return { status: 200, body };
    const address = (number: number): string => {
      const parameters = new URLSearchParams([...query, ["page", number.toString()]]);
      if (query.has("page")) parameters.set("page", number.toString());
      return `<${this.apiUrl}/repos/${FakeGitHub.repository}/${path}?${parameters.toString()}>`;
    };
    const last = Math.ceil(items.length / size);
    const link = `${address(page + 1)}; rel="next", ${address(last)}; rel="last"`;
    return { status: 200, body, headers: { link } };
  }

  #write(method: string, path: string, body: string): Answer {
    if (body.length > longestBody) {
      const message = `Validation Failed: Body is too long (maximum is ${longestBody.toString()} characters)`;
      return { status: 422, body: { message } };
    }
    const id = Number(/^issues\/comments\/(\d+)$/.exec(path)?.[1]);
    const former = this.comments.find((comment) => comment.id === id);
    if (method === "PATCH" && former !== undefined) {
      former.body = body;
      return { status: 200, body: former };
    }
    if (method !== "POST" || !/^issues\/\d+\/comments$/.test(path)) return notFound;
    const made = { id: 9000 + this.comments.length, body, user: { type: "Bot" } };
    this.comments.push(made);
    return { status: 201, body: made };
  }
}
