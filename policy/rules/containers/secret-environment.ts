import { Type } from "typebox";
import { nsaCisa } from "../../kit/frameworks.ts";
import { at, isObject, listAt, textAt, textsAt, type Path } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import type { Container } from "../../kit/pods.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { isSecretName, isSecretPair } from "./secret-names.ts";
import { secretIn } from "./secret-values.ts";

/** Where a container states commands. */
const commands: readonly Path[] = [
  ["command"],
  ["args"],
  ...["startupProbe", "readinessProbe", "livenessProbe"].map((probe) => [probe, "exec", "command"]),
  ...["postStart", "preStop"].map((hook) => ["lifecycle", hook, "exec", "command"]),
];

/**
 * A value that the preview doesn't know comes from another resource: under a secret's name it is a secret, and the pod
 * would still show it to whoever may read pods.
 */
function variableProblem(variable: unknown): string | undefined {
  const name = textAt(variable, "name") ?? "";
  if (!isObject(variable) || !("value" in variable)) return undefined;
  const known = ifKnown(() => ({ value: at(variable, "value") }));
  if (known === undefined) {
    return isSecretName(name) ? `has the secret ${name} as a plain variable` : undefined;
  }
  if (typeof known.value !== "string") return undefined;
  if (isSecretPair(name, known.value)) return `has the secret ${name} as a plain variable`;
  const kind = secretIn(known.value);
  return kind === undefined ? undefined : `has ${kind} in the variable ${name}`;
}

/** `--password=x`, `PGPASSWORD=x psql`, and `--password x` in two words. */
function secretFlag(words: readonly string[]): string | undefined {
  const assigned = words.flatMap((word) => [
    ...word.matchAll(
      /(?:^|[\s;&"'(])(?<name>-{0,2}[A-Za-z][\w.-]*)=(?<value>"[^"]*"|'[^']*'|[^\s;&|"']*)/g,
    ),
  ]);
  const pairs = assigned.map(({ groups }) => [groups?.["name"] ?? "", groups?.["value"] ?? ""]);
  const neighbours = words.map((word, i) => [
    /^--?[A-Za-z][\w.-]*$/.test(word) ? word : "",
    words[i + 1] ?? "-",
  ]);
  const all = [...pairs, ...neighbours.filter(([, value = ""]) => !value.startsWith("-"))];
  return all.find(([name = "", value = ""]) =>
    isSecretPair(name, value.replace(/^["']|["']$/g, "")),
  )?.[0];
}

function commandProblem({ spec }: Container, path: Path): string | undefined {
  const words = textsAt(spec, ...path);
  const kind = words.map((word) => secretIn(word)).find((found) => found !== undefined);
  if (kind !== undefined) return `has ${kind} in its ${path.join(".")}`;
  const flag = secretFlag(words);
  return flag === undefined ? undefined : `has the secret ${flag} in its ${path.join(".")}`;
}

export const secretEnvironment = containerRule({
  name: "secret-environment",
  title: "No secret stands in a variable or a command of a container",
  why: "Whoever may read pods reads it there, as do logs, dashboards and the history of the program.",
  fix: "put the value into a Secret and set valueFrom.secretKeyRef, or mount the Secret as a file",
  severity: "high",
  frameworks: [nsaCisa("Secrets")],
  config: Type.Object({
    notSecret: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: "Names of variables that only sound like a secret; `*` stands for any text.",
    }),
  }),
  check: (container, report, { notSecret }) => {
    for (const variable of listAt(container.spec, "env")) {
      if (matchesAny(notSecret, textAt(variable, "name") ?? "")) continue;
      const problem = variableProblem(variable);
      if (problem !== undefined) report(problem);
    }
    for (const path of commands) {
      const problem = commandProblem(container, path);
      if (problem !== undefined) report(problem);
    }
  },
});
