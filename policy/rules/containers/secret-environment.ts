import { nsaCisa } from "../../kit/frameworks.ts";
import { at, isObject, isPresent, listAt, textAt, textsAt, type Path } from "../../kit/json.ts";
import type { Container } from "../../kit/pods.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { isSecretName, isSecretPair, secretIn, secretInCommand } from "./secrets.ts";

const calls: readonly Path[] = [
  ...["startupProbe", "readinessProbe", "livenessProbe"].map((probe) => [probe]),
  ...["postStart", "preStop"].map((hook) => ["lifecycle", hook]),
];
const commands: readonly Path[] = [
  ["command"],
  ["args"],
  ...calls.map((call) => [...call, "exec", "command"]),
];
const requests: readonly Path[] = calls.map((call) => [...call, "httpGet"]);
const credentialHeader = /^(?:proxy-)?authorization$|^cookie$/i;

function plainText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/**
 * A value that the preview doesn't know comes from another resource: under a secret's name it is a secret, and the pod
 * would still show it to whoever may read pods.
 */
function variableProblem(variable: unknown): string | undefined {
  const name = textAt(variable, "name") ?? "";
  if (!isObject(variable)) return undefined;
  if (isPresent(variable, "valueFrom", "configMapKeyRef")) {
    return isSecretName(name) ? `takes the secret ${name} from a ConfigMap` : undefined;
  }
  if (!("value" in variable)) return undefined;
  const text = ifKnown(() => plainText(at(variable, "value")));
  const isSecret = text === undefined ? isSecretName(name) : isSecretPair(name, text);
  if (isSecret) return `has the secret ${name} as a plain variable`;
  const kind = secretIn(text ?? "");
  return kind === undefined ? undefined : `has ${kind} in the variable ${name}`;
}

function commandProblem({ spec }: Container, path: Path): string | undefined {
  const words = textsAt(spec, ...path);
  const kind = words.map((word) => secretIn(word)).find((found) => found !== undefined);
  const found = kind ?? secretInCommand(words);
  return found === undefined ? undefined : `has ${found} in its ${path.join(".")}`;
}

/** Headers with which the kubelet says who it is; an unknown value comes from another resource. */
function headerProblem({ spec }: Container, path: Path): string | undefined {
  const names = listAt(spec, ...path, "httpHeaders").flatMap((header) => {
    const name = textAt(header, "name") ?? "";
    const value = ifKnown(() => textAt(header, "value") ?? "");
    return value !== "" && (credentialHeader.test(name) || isSecretName(name)) ? [name] : [];
  });
  return names.length === 0
    ? undefined
    : `has the secret ${names.join(", ")} in its ${path.join(".")}`;
}

export const secretEnvironment = containerRule({
  name: "secret-environment",
  title: "No secret stands in a variable or a command of a container",
  why: "Whoever may read pods reads it there, as do logs, dashboards and the history of the program.",
  fix: "put the value into a Secret and set valueFrom.secretKeyRef, or mount the Secret as a file",
  severity: "high",
  frameworks: [nsaCisa("Secrets")],
  check: (container, report) => {
    report(...listAt(container.spec, "env").map(variableProblem));
    report(...commands.map((path) => commandProblem(container, path)));
    report(...requests.map((path) => headerProblem(container, path)));
  },
});
