import { join } from "node:path";
import { Type } from "typebox";
import { beforeAll, expect, test } from "vitest";
import { exec } from "../../tools/exec.ts";
import { parseAs } from "../../tools/parse.ts";
import { runOutside } from "../support/outside-stacks.ts";
import { externalSecrets, formsIn, renderTemplate } from "../support/stored-secrets.ts";

/** A Go module that has the functions of the operator's templates. */
const module = join(import.meta.dirname, "../../tools/go/kwok");
const program = join(import.meta.dirname, "render.go");

const Answers = Type.Array(Type.Object({ text: Type.String(), error: Type.String() }));

interface Question {
  readonly template: string;
  readonly values: Readonly<Record<string, string>>;
}

/** What Go makes of templates. */
async function rendered(questions: readonly Question[]) {
  const text = await exec("go", ["run", "-buildvcs=false", program], {
    cwd: module,
    env: { CGO_ENABLED: "0", GOTOOLCHAIN: "auto" },
    input: JSON.stringify(questions),
  });
  return parseAs(Answers, JSON.parse(text), "what Go made of the templates");
}

const key = `fw_live_${"a1".repeat(18)}`;

/** A value that each field may have. */
function valuesFor(template: string): Record<string, string> {
  return Object.fromEntries(
    formsIn(template).map(({ field }, at) => [
      field,
      field === "api_bootstrap_key" ? key : `${at}C0FFEE`.repeat(9).slice(0, 60),
    ]),
  );
}

let templates: string[];
beforeAll(async () => {
  const { resources } = await runOutside("own");
  templates = externalSecrets(resources).flatMap(({ spec }) =>
    Object.values(spec.target.template.data),
  );
}, 2 * 60_000);

test(
  "the operator's own language makes of every template what our other tests make of it, and refuses other values by name",
  { timeout: 5 * 60_000 },
  async () => {
    expect(templates.length).toBeGreaterThan(40);
    const good = templates.map((template) => ({ template, values: valuesFor(template) }));
    const bad = good.map(({ template, values }) => ({
      template,
      // As `echo` writes it.
      values: Object.fromEntries(Object.entries(values).map(([name, one]) => [name, `${one}\n`])),
    }));
    const braces = { template: 'a {{ "{{" }} .b }}', values: {} };
    const answers = await rendered([...good, ...bad, braces]);
    expect(answers.slice(0, good.length)).toEqual(
      good.map(({ template, values }) => ({ text: renderTemplate(template, values), error: "" })),
    );
    for (const [at, { template }] of bad.entries()) {
      const [first] = formsIn(template);
      expect(answers[good.length + at]?.error).toContain(first?.told);
    }
    expect(answers.at(-1)).toEqual({ text: "a {{ .b }}", error: "" });
  },
);
