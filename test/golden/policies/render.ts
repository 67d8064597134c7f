import { formatMarkdown } from "../../support/markdown.ts";
import type { Rule } from "../../../policy/kit/rule.ts";
import type { Theme } from "../../../policy/rules.ts";
import type { Examples } from "./examples.ts";
import { renderRule, sharedSettings } from "./rule.ts";
import { levelIn, type Profiles } from "./profiles.ts";

const head = `# Policies

The rules of the policy pack in \`policy/\`. Every preview of a stack is evaluated by them: \`npm run policy\` for all stacks of
this clone without a cloud and without credentials, every pull request, and your own command:

\`\`\`sh
npm run policy -- --stack local
pulumi preview --policy-pack policy --policy-pack-config policy/profiles/strict.json
\`\`\`

A **mandatory** rule ends the preview, an **advisory** one only warns. A value that a rule needs and that is unknown before
the update is itself a violation: nothing passes because a rule could not evaluate it.

## When something was refused

1. Find the rule by its name: each has its part of this page, \`#<rule>\`, with the reason, the fix, its settings, and a
   program that it refuses. Everything else in that program is right: what it is made of, like
   [workloads.ts](../test/policy/kit/workloads.ts), is how to have it right.
2. Write what **Fix** says. \`npm run policy\` names the line of the program that makes the resource; a violation that many
   services have at once is mended in \`services/kit/\`.
3. If the rule is wrong about this one thing, [exempt it](#how-to-exempt) with a reason. If it is wrong about all you have,
   change a setting of it in the profile, or its \`enforcementLevel\`.
4. See that it passes: \`npm run policy -- --stack <name>\`.

## How to exempt

In the profile of the stack, by the names that stand at the beginning of the message. For
\`Deployment shop/legacy-importer: container "importer" can write to its root filesystem\`:

\`\`\`json
{
  "read-only-root": {
    "exempt": [
      {
        "namespace": "shop",
        "name": "legacy-importer",
        "container": "importer",
        "reason": "It unpacks archives beside its own programs; issue 1234 moves that to a volume."
      }
    ]
  }
}
\`\`\`

\`*\` stands for any text; without \`container\` all of the object is exempt, without \`namespace\` the name in any. A
resource of a cloud has only a \`name\`, the one that it has in Pulumi. The reason is for whoever reads it in a year. A test
fails for an exemption that nothing needs any more, and \`npm run policy\` names those that fit nothing, and names of rules
and settings that it does not know, which Pulumi by itself ignores.

\`enforcementLevel\` beside \`exempt\` turns the whole rule down: \`advisory\`, \`disabled\`.

The setting that all rules have:
`;

const profilesHead = `## Profiles

A profile is a file of settings by rule: [\`baseline\`](../policy/profiles/baseline.json) for development,
[\`strict\`](../policy/profiles/strict.json) for production. What it leaves out is as the rule says. A copy of one in the
same folder is a profile too: \`npm run policy -- --profile <name>\`.
`;

/** A link within the page, as GitHub makes anchors of headings. */
function linked({ name }: Rule): string {
  return `[${name}](#${name})`;
}

function cell(rule: Rule, profile: Profiles[keyof Profiles]): string {
  const { exempt = [], ...settings } = profile[rule.name] ?? {};
  const { enforcementLevel, ...others } = settings;
  const notes = [
    ...(Object.keys(others).length > 0 ? ["own settings"] : []),
    ...(exempt.length > 0 ? [`${exempt.length} exempt`] : []),
  ];
  return [levelIn(rule, enforcementLevel), ...notes].join(", ");
}

function table({ title, rules }: Theme, { baseline, strict }: Profiles): string {
  const rows = rules.map((rule) =>
    [linked(rule), rule.title, rule.severity, cell(rule, baseline), cell(rule, strict)].join(" | "),
  );
  const dashes = "--- | --- | --- | --- | ---";
  const lines = [`rule | what holds | severity | baseline | strict`, dashes, ...rows];
  return [`**${title}**`, lines.map((line) => `| ${line} |`).join("\n")].join("\n\n");
}

/** The page docs/policies.md. */
export function renderPolicies(
  themes: readonly Theme[],
  profiles: Profiles,
  examples: Examples = new Map(),
): Promise<string> {
  const filled = themes.filter(({ rules }) => rules.length > 0);
  const sections = filled.map(({ title, rules }) =>
    [`## ${title}`, ...rules.map((rule) => renderRule(rule, profiles, examples))].join("\n\n"),
  );
  const origin =
    "This page is rendered from `policy/` by `npm run golden:update`; a test compares the two.";
  const common = sharedSettings(filled.flatMap(({ rules }) => rules));
  const overview = filled.map((theme) => table(theme, profiles));
  const parts = [head, common, profilesHead, ...overview, ...sections, origin];
  const page = parts.join("\n\n");
  return formatMarkdown(page);
}
