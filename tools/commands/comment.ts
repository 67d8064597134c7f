import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Type } from "typebox";
import { gitHubPlace } from "../env.ts";
import { GitHub } from "../github.ts";
import { parseAs } from "../parse.ts";
import { commentMark, fitted } from "../policy/markdown-report.ts";

export const commentUsage = `npm run comment -- --head OWNER:BRANCH --file REPORT.md

Writes a report of \`npm run policy -- --markdown REPORT.md\` as a comment on the open pull request of a branch, over
the one that is there from before. Without an open pull request it writes nothing, and ends with 0.

  --head OWNER:BRANCH  whose branch the pull request is from
  --file FILE          the report

The environment, as GitHub Actions has it:
  GITHUB_TOKEN         a token that may write on pull requests (permissions: pull-requests: write)
  GITHUB_REPOSITORY    owner/name
  GITHUB_API_URL       https://api.github.com if it is not set`;

const Pulls = Type.Array(Type.Object({ number: Type.Integer() }));
const Comments = Type.Array(
  Type.Object({
    id: Type.Integer(),
    body: Type.Optional(Type.String()),
    // Nobody's, when an account is gone.
    user: Type.Union([Type.Null(), Type.Object({ type: Type.String() })]),
  }),
);

/** A place on GitHub of which the environment may lack a part. */
interface MaybePlace {
  readonly apiUrl: string;
  readonly repository: string | undefined;
  readonly token: string | undefined;
}

/** A header's value; an error that `fetch` makes of any other would show it. */
const tokenText = /^[\x21-\x7e]+$/;

/** Names, as in an address: everything else would be another path of the API. */
const repositoryText = /^[\w.-]+\/[\w.-]+$/;

function gitHubOf({ apiUrl, repository = "", token = "" }: MaybePlace): GitHub {
  const problems = [
    ...(tokenText.test(token)
      ? []
      : [
          `GITHUB_TOKEN is ${token === "" ? "not set" : "no token"}: it needs one that may write on pull requests`,
        ]),
    ...(repositoryText.test(repository)
      ? []
      : [`GITHUB_REPOSITORY is "${repository}": it needs the repository, as owner/name`]),
  ];
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return new GitHub({ apiUrl, repository, token });
}

/** Over the comment from before; a person may have copied it, and a person's comment is not ours to change. */
async function write(gitHub: GitHub, pull: number, body: string): Promise<string> {
  const path = `issues/${pull}/comments`;
  const comments = parseAs(Comments, await gitHub.list(path), "GitHub's list of comments");
  const former = comments.find(
    ({ user, body: text = "" }) => user?.type === "Bot" && text.startsWith(commentMark),
  );
  if (former === undefined) {
    await gitHub.send("POST", path, { body });
    return `Wrote the comment on #${pull}`;
  }
  await gitHub.send("PATCH", `issues/comments/${former.id}`, { body });
  return `Renewed the comment on #${pull}`;
}

/**
 * Writes a report as a comment on the pull request of a branch, over the one that is there from before. The branch is
 * what GitHub itself says of the run: a number that the run had written could name any other pull request.
 */
export async function comment(
  args: readonly string[],
  place: MaybePlace = gitHubPlace,
): Promise<void> {
  const options = { head: { type: "string" }, file: { type: "string" } } as const;
  const { head, file } = parseArgs({ args: [...args], options }).values;
  if (head === undefined || file === undefined) {
    throw new Error(commentUsage);
  }
  const report = readFileSync(file, "utf8");
  if (!report.startsWith(commentMark)) throw new Error(`${file} is no report of npm run policy`);
  const gitHub = gitHubOf(place);
  const found = await gitHub.list("pulls", { state: "open", head });
  const pulls = parseAs(Pulls, found, "GitHub's list of pull requests");
  for (const { number } of pulls) console.log(await write(gitHub, number, fitted(report)));
  if (pulls.length === 0) console.log(`No open pull request is from ${head}`);
}
