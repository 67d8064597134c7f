import { Type } from "typebox";
import { cisAws, cisGcp } from "../../kit/frameworks.ts";
import { isObject, keysAt } from "../../kit/json.ts";
import type { Settings } from "../../kit/rule.ts";
import { demandRule, given, type Demand } from "./demands.ts";

const config = Type.Object({
  marked: Type.Boolean({
    default: true,
    description: "Whether providers must mark all that they make with default tags or labels.",
  }),
});
type Config = (typeof config)["properties"];

/** A provider's lists and objects reach the engine as JSON in a text. */
function decoded(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined; // Nothing that a provider would take.
  }
}

function hasEntries(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length > 0;
}

function marks(path: string, read: (value: unknown) => unknown): Demand<Config> {
  return {
    path,
    holds: (value, { marked }: Settings<Config>) => !marked || hasEntries(read(decoded(value))),
    problem: `doesn't mark what it makes (${path})`,
  };
}

function isOneAccount(value: unknown): boolean {
  const accounts = decoded(value);
  return Array.isArray(accounts) && accounts.length === 1;
}

export const providersBound = demandRule<Config>({
  name: "providers-bound",
  title: "Providers work in one account, project or cluster alone, and mark what they make",
  why: "With the wrong profile in a shell, the program is made a second time in somebody else's account; what carries no mark is never found again.",
  fix: "set allowedAccountIds to one account and defaultTags of the AWS provider, project and defaultLabels of the Google one, kubeconfig of the Kubernetes one",
  severity: "medium",
  frameworks: [cisAws("Separate accounts"), cisGcp("Separate projects")],
  config,
  demands: {
    "pulumi:providers:aws": [
      {
        path: "allowedAccountIds",
        holds: isOneAccount,
        problem: "works in any account",
      },
      marks("defaultTags", (tags) => (isObject(tags) ? tags["tags"] : undefined)),
    ],
    "pulumi:providers:gcp": [
      given("project", "works in any project"),
      marks("defaultLabels", (labels) => labels),
    ],
    "pulumi:providers:kubernetes": [
      {
        path: "",
        holds: (inputs) =>
          ["kubeconfig", "renderYamlToDirectory"].some((key) => keysAt(inputs).includes(key)),
        problem: "works on whichever cluster the shell is set to",
      },
    ],
  },
});
