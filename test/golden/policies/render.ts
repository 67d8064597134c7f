import { format } from "prettier";
import type { Rule } from "../../../policy/kit/rule.ts";
import type { Theme } from "../../../policy/rules.ts";
import { renderRule, sharedSettings } from "./rule.ts";
import { levelIn, type Profiles } from "./profiles.ts";

const head = `# Policies

The rules of the policy pack in \`policy/\`. Every preview of a stack is judged by them: \`npm run policy\` for all stacks of
this clone without a cloud and without credentials, every pull request, and your own command:

\`\`\`sh
pulumi preview --policy-pack policy --policy-pack-config policy/profiles/strict.json
\`\`\`

A **mandatory** rule ends the preview, an **advisory** one only speaks. A value that a rule needs and that nobody knows
before the update is itself a violation: nothing passes because it could not be judged.

## Profiles

A profile is a file of settings by rule, \`policy/profiles/<profile>.json\`: \`baseline\` for development, \`strict\` for
production. What it leaves out is as the rule says.
`;

const exempting = `## How to exempt

In the profile, by namespace, name and, where the rule judges containers, container. \`*\` stands for any text. The reason
is for whoever reads it in a year; a test fails for an exemption that nothing needs any more.

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

\`enforcementLevel\` beside \`exempt\` turns the whole rule down: \`advisory\`, \`disabled\`. \`remediate\` lets a rule that has one
right answer write it into the resource instead of refusing it.

Settings that many rules have:
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

function overview(themes: readonly Theme[], { baseline, strict }: Profiles): string {
  const rows = themes.flatMap(({ rules }) =>
    rules.map((rule) =>
      [linked(rule), rule.severity, cell(rule, baseline), cell(rule, strict)].join(" | "),
    ),
  );
  const lines = ["rule | severity | baseline | strict", "--- | --- | --- | ---", ...rows];
  return lines.map((line) => `| ${line} |`).join("\n");
}

/** The page docs/policies.md. */
export function renderPolicies(themes: readonly Theme[], profiles: Profiles): Promise<string> {
  const told = themes.filter(({ rules }) => rules.length > 0);
  const sections = told.map(({ title, rules }) =>
    [`## ${title}`, ...rules.map((rule) => renderRule(rule, profiles))].join("\n\n"),
  );
  const origin =
    "This page is rendered from `policy/` by `npm run golden:update`; a test compares the two.";
  const common = sharedSettings(told.flatMap(({ rules }) => rules));
  const parts = [head, overview(told, profiles), exempting, common, ...sections, origin];
  const page = parts.join("\n\n");
  return format(page, { parser: "markdown", printWidth: 100 });
}
