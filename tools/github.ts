import { STATUS_CODES } from "node:http";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { parseAs } from "./parse.ts";
import { oneLine } from "./text.ts";

/** Where a repository is, and who asks. */
export interface GitHubPlace {
  /** Address of the REST API, without a slash at its end; a server of one's own has a path in it. */
  readonly apiUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
}

/** How long one answer may take. */
const patienceMs = 30_000;

/** https://docs.github.com/en/rest/about-the-rest-api/api-versions */
const headers = {
  accept: "application/vnd.github+json",
  "x-github-api-version": "2022-11-28",
  "user-agent": "framewright",
};

interface Request {
  readonly method: "GET" | "POST" | "PATCH";
  readonly url: string;
  readonly body?: object;
}

const List = Type.Array(Type.Unknown());
const Problem = Type.Object({ message: Type.String() });

async function saidBy(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const problem: unknown = JSON.parse(text);
    if (Value.Check(Problem, problem)) return problem.message;
  } catch {
    // Not GitHub itself, but something on the way to it.
  }
  return oneLine(text).slice(0, 200);
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
function isOverRate({ status, headers: answered }: Response): boolean {
  const isSpent = answered.get("x-ratelimit-remaining") === "0" || answered.has("retry-after");
  return status === 429 || (status === 403 && isSpent);
}

function remedyOf(response: Response): string {
  const { status } = response;
  if (isOverRate(response)) return "too many requests with this token: run it again in an hour";
  if (status >= 500) return "GitHub has trouble: run it again";
  if (status >= 300 && status < 400) return "it has moved: set GITHUB_REPOSITORY to its name now";
  const remedies: Readonly<Record<number, string>> = {
    401: "GITHUB_TOKEN is wrong or no longer valid",
    403: "the token of a workflow needs `permissions: pull-requests: write`",
    404: "set GITHUB_REPOSITORY to a repository, as owner/name, that the token can read",
    422: "GitHub does not take what was sent",
  };
  return remedies[status] ?? "look at https://docs.github.com/rest";
}

/** The address of the next page: https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function nextPage(link: string | null): string | undefined {
  return /<([^>]*)>;[^,]*\brel="?next"?/.exec(link ?? "")?.[1];
}

/** GitHub's REST API, as far as comments on a pull request need it. An error never holds the token. */
export class GitHub {
  readonly #place: GitHubPlace;
  readonly #patienceMs: number;

  constructor(place: GitHubPlace, patience = patienceMs) {
    this.#place = place;
    this.#patienceMs = patience;
  }

  /** A list of the repository, all pages of it. */
  async list(path: string, query: Readonly<Record<string, string>> = {}): Promise<unknown[]> {
    const items: unknown[] = [];
    const parameters = new URLSearchParams({ ...query, per_page: "100" }).toString();
    let url: string | undefined = `${this.#address(path)}?${parameters}`;
    while (url !== undefined) {
      const response = await this.#ask({ method: "GET", url });
      items.push(...parseAs(List, await response.json(), `The answer to GET ${url}`));
      url = nextPage(response.headers.get("link"));
    }
    return items;
  }

  async send(method: "POST" | "PATCH", path: string, body: object): Promise<void> {
    await this.#ask({ method, url: this.#address(path), body });
  }

  #address(path: string): string {
    return `${this.#place.apiUrl}/repos/${this.#place.repository}/${path}`;
  }

  async #ask({ method, url, body }: Request): Promise<Response> {
    const { apiUrl, token } = this.#place;
    // What an answer calls the next page gets the token as well.
    if (!url.startsWith(`${apiUrl}/`)) throw new Error(`${url} is not at ${apiUrl}`);
    const response = await this.#fetch(`${method} ${url}`, url, {
      method,
      headers: { ...headers, authorization: `Bearer ${token}` },
      body: body === undefined ? null : JSON.stringify(body),
      // Followed, a POST would become a GET.
      redirect: "manual",
    });
    if (response.ok) return response;
    const { status } = response;
    const named = `${status} ${STATUS_CODES[status] ?? ""}`.trim();
    const said = await saidBy(response);
    const told = said === "" ? named : `${named} (${said})`;
    throw new Error(`${method} ${url}: ${told}; ${remedyOf(response)}`);
  }

  async #fetch(what: string, url: string, request: RequestInit): Promise<Response> {
    try {
      return await fetch(url, { ...request, signal: AbortSignal.timeout(this.#patienceMs) });
    } catch (error) {
      if (error instanceof DOMException && error.name === "TimeoutError") {
        throw new Error(`${what}: no answer within ${this.#patienceMs / 1000} s; run it again`, {
          cause: error,
        });
      }
      // `fetch` itself says only that it failed.
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${what}: ${reason}; check GITHUB_API_URL and the network`, { cause: error });
    }
  }
}
