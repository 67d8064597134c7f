import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Type } from "typebox";
import { exec } from "../exec.ts";
import { parseAs } from "../parse.ts";
import { commentMark } from "../policy/markdown-report.ts";

const Pulls = Type.Array(Type.Object({ number: Type.Integer() }));
const Comments = Type.Array(
  Type.Object({
    id: Type.Integer(),
    body: Type.String(),
    user: Type.Object({ type: Type.String() }),
  }),
);

/** `gh` fills in owner and repo from its own environment. */
const repository = "repos/{owner}/{repo}";

async function ask(path: string): Promise<unknown> {
  const pages: unknown = JSON.parse(await exec("gh", ["api", "--paginate", "--slurp", path]));
  return Array.isArray(pages) ? pages.flat() : pages;
}

function send(method: "POST" | "PATCH", path: string, body: string): Promise<string> {
  const args = ["api", "--method", method, path, "--input", "-"];
  return exec("gh", args, { input: JSON.stringify({ body }) });
}

/**
 * Writes a report as a comment on the pull request of a branch, over the one that is there from before. The branch is
 * what GitHub itself says of the run: a number that the run had written could name any other pull request.
 */
export async function comment(args: readonly string[]): Promise<void> {
  const options = { head: { type: "string" }, file: { type: "string" } } as const;
  const { head, file } = parseArgs({ args: [...args], options }).values;
  if (head === undefined || file === undefined) {
    throw new Error("npm run comment -- --head OWNER:BRANCH --file REPORT.md");
  }
  const body = readFileSync(file, "utf8");
  if (!body.startsWith(commentMark)) throw new Error(`${file} is no report of npm run policy`);
  const query = `${repository}/pulls?state=open&head=${encodeURIComponent(head)}`;
  const pulls = parseAs(Pulls, await ask(query), "GitHub's list of pull requests");
  for (const { number } of pulls) {
    const path = `${repository}/issues/${number}/comments`;
    const comments = parseAs(Comments, await ask(path), "GitHub's list of comments");
    const former = comments.find(
      ({ user, body: text }) => user.type === "Bot" && text.startsWith(commentMark),
    );
    if (former === undefined) await send("POST", path, body);
    else await send("PATCH", `${repository}/issues/comments/${former.id}`, body);
    console.log(`${former === undefined ? "Wrote" : "Renewed"} the comment on #${number}`);
  }
  if (pulls.length === 0) console.log(`No open pull request is from ${head}`);
}
