import { formatMarkdown } from "../../support/markdown.ts";
import { reasons } from "./reasons.ts";
import { accountsOf, rightsOf, type Right, type Stack } from "./rights.ts";

const head = [
  "# Rights in Kubernetes",
  "",
  "What each service account of the stacks may do, and why; made by `npm run golden:update` from what the stacks become. Stacks are those that",
  "`npm run policy` checks, and `full`, the local one with every part (`npm run up -- --full`). Each program but the autoscaler",
  "of EKS runs in the named test with these rights and no others, so that one that is missing fails it. No account reads Secrets outside its own",
  "namespace, and none changes rights.",
];

function listed(items: readonly string[]): string {
  return items.map((item) => `\`${item}\``).join(", ");
}

function rightRow({ account, what, verbs, objects, namespaces, stacks }: Right): string {
  const named = objects === undefined ? "" : ` named ${listed(objects)}`;
  const cells = [
    `\`${what}\`${named}`,
    verbs.length === 0 ? "what Kubernetes' own role lets it" : verbs.join(", "),
    namespaces.length === 0 ? "the whole cluster" : namespaces.join(", "),
    reasons[account]?.why[what] ?? "",
    stacks.join(", "),
  ];
  return `| ${cells.join(" | ")} |`;
}

function accountPart(account: string, rights: readonly Right[]): string[] {
  const { program = "", test = "" } = reasons[account] ?? {};
  return [
    "",
    `## ${account}`,
    "",
    `${program[0]?.toUpperCase() ?? ""}${program.slice(1)}. Used in [${test}](../${test}).`,
    "",
    "| objects | may | in | why | stacks |",
    "| ------- | --- | -- | --- | ------ |",
    ...rights.filter((right) => right.account === account).map(rightRow),
  ];
}

/** docs/rights.md, out of what the stacks become. */
export async function renderRights(stacks: readonly Stack[]): Promise<string> {
  const rights = rightsOf(stacks);
  const holders = [...new Set(rights.map(({ account }) => account))];
  const others = accountsOf(stacks).filter((account) => !holders.includes(account));
  const page = [
    ...head,
    ...holders.flatMap((account) => accountPart(account, rights)),
    "",
    "## Accounts without rights",
    "",
    "Their pods have no token of the Kubernetes API either. Clouds know some of them: the API's account on EKS reaches the bucket, those of the",
    "database and of backups reach the repository.",
    "",
    ...others.map((account) => `- ${account}`),
    "",
  ];
  return formatMarkdown(page.join("\n"));
}
