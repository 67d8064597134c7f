import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { comment } from "../../../tools/commands/comment.ts";
import { GitHub } from "../../../tools/github.ts";
import { commentMark } from "../../../tools/policy/markdown-report.ts";
import { FakeGitHub } from "./fake-github.ts";

const cli = join(import.meta.dirname, "../../../tools/cli.ts");
const report = `${commentMark}\n\n# Policies\n`;
const from = { head: "someone:a branch", state: "open" } as const;

let folder: string;
let github: FakeGitHub;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "comment-"));
  github = await new FakeGitHub().start();
});
afterEach(() => {
  github.stop();
  rmSync(folder, { recursive: true });
});

function fileOf(text = report): string {
  const file = join(folder, "report.md");
  writeFileSync(file, text);
  return file;
}

/** What the command says, line by line. */
async function commented(text = report, place: Parameters<typeof comment>[1] = github.place) {
  const said = vi.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await comment(["--head", from.head, "--file", fileOf(text)], place);
    return said.mock.calls.map(([line]) => String(line));
  } finally {
    vi.restoreAllMocks();
  }
}

/** The error that it ends with. */
async function refusal(place: Parameters<typeof comment>[1] = github.place): Promise<string> {
  const ended = await commented(report, place).catch((error: unknown) => error);
  expect(ended).toBeInstanceOf(Error);
  return (ended as Error).message;
}

it("writes a comment on the open pull request of the branch, and on no other", async () => {
  github.pulls.push(
    { number: 6, head: from.head, state: "closed" },
    { number: 8, head: "someone:else", state: "open" },
  );
  expect(await commented()).toEqual(["Wrote the comment on #7"]);
  const repository = "/api/v3/repos/example/videos";
  expect(github.requests).toEqual([
    `GET ${repository}/pulls?state=open&head=someone%3Aa+branch&per_page=100`,
    `GET ${repository}/issues/7/comments?per_page=100`,
    `POST ${repository}/issues/7/comments`,
  ]);
  expect(github.comments).toMatchObject([{ body: report }]);
});

it("writes over its own comment from before, on whatever page it is, and over nobody else's", async () => {
  const others = Array.from({ length: 250 }, (_, id) => ({
    id,
    body: "Fine",
    user: { type: "User" },
  }));
  const forged = { id: 500, body: report, user: { type: "User" } };
  const gone = { id: 501, body: report, user: null };
  const former = { id: 502, body: `${commentMark}\nold`, user: { type: "Bot" } };
  github.comments = [...others, forged, gone, former];
  const text = `${report}new\n`;
  expect(await commented(text)).toEqual(["Renewed the comment on #7"]);
  expect(github.requests.slice(1).map((request) => request.split("/videos/")[1])).toEqual([
    "issues/7/comments?per_page=100",
    "issues/7/comments?per_page=100&page=2",
    "issues/7/comments?per_page=100&page=3",
    "issues/comments/502",
  ]);
  expect(github.comments.filter(({ body }) => body === text).map(({ id }) => id)).toEqual([502]);
});

it("writes one comment, however often it is called", async () => {
  expect(await commented()).toEqual(["Wrote the comment on #7"]);
  expect(await commented()).toEqual(["Renewed the comment on #7"]);
  expect(github.comments).toHaveLength(1);
});

it("writes nothing without an open pull request", async () => {
  github.pulls = [];
  expect(await commented()).toEqual(["No open pull request is from someone:a branch"]);
  expect(github.requests).toHaveLength(1);
});

it("refuses a file that is no report, and asks nobody", async () => {
  await expect(commented("buy this")).rejects.toThrow("is no report of npm run policy");
  expect(github.requests).toEqual([]);
});

it.each([
  ["lines", `${report}${"a line\n".repeat(20_000)}`],
  ["one line", `${commentMark}${"\u{1f512}".repeat(50_000)}`],
])("shortens what is longer than a comment may be, made of %s", async (_, text) => {
  expect(await commented(text)).toEqual(["Wrote the comment on #7"]);
  const body = github.comments[0]?.body ?? "";
  expect(body.length).toBeGreaterThan(60_000);
  expect(body.isWellFormed()).toBe(true);
  const [mark, , note] = body.split("\n");
  expect(mark).toBe(commentMark);
  expect(note).toContain("all of it is in the summary of the checks");
});

it.each([
  ["no token", { token: undefined }, "GITHUB_TOKEN is not set"],
  ["a token of two lines", { token: "secret\nsecret" }, "GITHUB_TOKEN is no token"],
  ["no repository", { repository: undefined }, 'GITHUB_REPOSITORY is ""'],
  ["a path in it", { repository: "a/b/../../c" }, 'GITHUB_REPOSITORY is "a/b/../../c"'],
])("says what the environment lacks: %s", async (_, lacking, message) => {
  const told = await refusal({ ...github.place, ...lacking });
  expect(told).toContain(message);
  expect(told).not.toContain("secret");
  expect(github.requests).toEqual([]);
});

it.each([
  [
    "a wrong token",
    { token: "unknown-token" },
    "401 Unauthorized (Bad credentials); GITHUB_TOKEN is wrong",
  ],
  [
    "a token that may only read",
    { token: FakeGitHub.reader },
    "403 Forbidden (Resource not accessible by integration); the token of a workflow needs `permissions: pull-requests: write`",
  ],
  [
    "a repository that it cannot see",
    { repository: "example/other" },
    "404 Not Found (Not Found); set GITHUB_REPOSITORY to a repository",
  ],
])("names status, address and remedy of %s, and never the token", async (_, wrong, message) => {
  const place = { ...github.place, ...wrong };
  const told = await refusal(place);
  expect(told).toContain(message);
  expect(told).toContain(`${github.apiUrl}/repos/${place.repository}/`);
  expect(told).not.toContain(place.token);
});

const rate = { "x-ratelimit-remaining": "0" };
it.each([
  [
    "a rate that is used up",
    { status: 403, headers: rate, body: { message: "API rate limit" } },
    "403 Forbidden (API rate limit); too many requests",
  ],
  ["a second rate", { status: 429, body: {} }, "429 Too Many Requests ({}); too many requests"],
  [
    "a page of a proxy",
    { status: 502, body: "<html>\nBad gateway" },
    "502 Bad Gateway (<html> Bad gateway); GitHub has trouble: run it again",
  ],
  [
    "a repository that has moved",
    { status: 301, body: { message: "Moved" }, headers: { location: "/" } },
    "301 Moved Permanently (Moved); it has moved",
  ],
  ["a refusal without a word", { status: 410, body: "" }, "410 Gone; look at"],
  ["an answer that is no list", { status: 200, body: { a: 1 } }, "is not as expected"],
])("tells of %s", async (_, instead, message) => {
  github.instead = instead;
  expect(await refusal()).toContain(message);
  expect(github.requests).toHaveLength(1);
});

it("says where nobody answers", async () => {
  const { place } = github;
  github.stop();
  expect(await refusal(place)).toMatch(
    /^GET http:\/\/127\.0\.0\.1:.*ECONNREFUSED.*; check GITHUB_API_URL/,
  );
});

it("waits for an answer only so long", async () => {
  github.instead = "silence";
  const asked = new GitHub(github.place, 50).list("pulls");
  await expect(asked).rejects.toThrow("pulls?per_page=100: no answer within 0.05 s; run it again");
});

it("gives the token to nobody but the API, whatever an answer calls its next page", async () => {
  const link = '<http://localhost:1/repos/example/videos/pulls?page=2>; rel="next"';
  github.instead = { status: 200, body: [], headers: { link } };
  expect(await refusal()).toBe(
    `http://localhost:1/repos/example/videos/pulls?page=2 is not at ${github.apiUrl}`,
  );
});

it("takes all that it needs from the environment of a job", async () => {
  const { apiUrl, repository, token } = github.place;
  const child = spawn(process.execPath, [cli, "comment", "--head", from.head, "--file", fileOf()], {
    env: {
      PATH: process.env["PATH"],
      GITHUB_API_URL: `${apiUrl}/`,
      GITHUB_REPOSITORY: repository,
      GITHUB_TOKEN: token,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (said += text));
  }
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once("close", resolve);
  expect({ status: await promise, said }).toEqual({ status: 0, said: "Wrote the comment on #7\n" });
});
