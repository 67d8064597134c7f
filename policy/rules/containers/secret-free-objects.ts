import { Buffer } from "node:buffer";
import { nsaCisa } from "../../kit/frameworks.ts";
import { at, keysAt, textAt, type Path } from "../../kit/json.ts";
import { podsOf } from "../../kit/pods.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind, type Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { isSecretName, isSecretPair, secretIn } from "./secrets.ts";

/** Lines of files like `db.password = x` or `"password": "x"`. */
const secretLines: readonly RegExp[] = [
  /^[ \t]*["']?(?<name>[\w.-]*(?:password|passwd|passphrase|default_pass))["']?[ \t]*[:=][ \t]*["']?(?<value>[^\s"',]+)/gim,
  // Redis has neither.
  /^[ \t]*(?<name>requirepass|masterauth)[ \t]+["']?(?<value>[^\s"']+)/gim,
  // Other names mean too many things in files, such as keys of a Secret: only beside what looks made by chance.
  /^[ \t]*["']?(?<name>[\w.-]*(?:client|secret|api|access|auth|bearer|private)[_-]?(?:access)?[_-]?(?:secret|key|token))["']?[ \t]*[:=][ \t]*["']?(?=[^\s"',]*\d)(?=[^\s"',]*[a-z])(?<value>[\w+/=.]{16,})/gim,
];

function passwordIn(text: string): string | undefined {
  return secretLines
    .flatMap((line) => [...text.matchAll(line)].map(({ groups }) => groups ?? {}))
    .find(({ name = "", value = "" }) => isSecretPair(name, value))?.["name"];
}

/** `text` is undefined while it is unknown: what comes from another resource under such a name is a secret. */
function entryProblem(key: string, text: string | undefined): string | undefined {
  const isSecret = text === undefined ? isSecretName(key) : isSecretPair(key, text);
  if (isSecret) return `has the secret ${key}`;
  const password = passwordIn(text ?? "");
  const found = secretIn(text ?? "") ?? (password && `the secret ${password}`);
  return found === undefined ? undefined : `has ${found} in ${key}`;
}

function inConfigMap(props: unknown): (string | undefined)[] {
  return ["data", "binaryData"].flatMap((part) =>
    keysAt(props, part).map((key) => {
      const text = ifKnown(() => textAt(props, part, key));
      const isEncoded = part === "binaryData" && text !== undefined;
      return entryProblem(key, isEncoded ? Buffer.from(text, "base64").toString("latin1") : text);
    }),
  );
}

/** Only these names: secrets by others are mostly names of Secrets. */
const passwordName = /(?:password|passwd|passphrase)$/i;
/** Other rules are about what is in them. */
const containers = ["containers", "initContainers", "ephemeralContainers"];

function known(value: unknown, key: string | number): { readonly value: unknown } | undefined {
  return ifKnown(() => ({ value: at(value, key) }));
}

/** A value that is unknown comes from another resource: under such a name it is a secret. */
function isPassword(holder: unknown, key: string): boolean {
  if (!passwordName.test(key) || keysAt(holder).includes("secretName")) return false;
  const found = known(holder, key);
  if (found === undefined) return true;
  return typeof found.value === "string" && isSecretPair(key, found.value);
}

function problemsIn(value: unknown, path: Path): string[] {
  if (typeof value === "string") {
    const kind = secretIn(value);
    return kind === undefined ? [] : [`has ${kind} in ${path.join(".")}`];
  }
  const below = (key: string | number) => problemsIn(known(value, key)?.value, [...path, key]);
  if (Array.isArray(value)) return [...value.keys()].flatMap(below);
  return keysAt(value)
    .filter((key) => !containers.includes(key))
    .flatMap((key) =>
      isPassword(value, key) ? [`has the secret ${key} in ${path.join(".")}`] : below(key),
    );
}

function inAnnotations(metadata: unknown): string[] {
  return (ifKnown(() => keysAt(metadata, "annotations")) ?? []).flatMap((key) => {
    const kind = secretIn(ifKnown(() => textAt(metadata, "annotations", key)) ?? "");
    return kind === undefined ? [] : [`has ${kind} in the annotation ${key}`];
  });
}

/** The parts of an object that whoever wrote the program filled in freely. */
function freeParts({ type, group, props }: Subject): string[] {
  if (type.startsWith("kubernetes:helm.sh/")) return ["values"];
  // Groups of Kubernetes itself have no dot or end so; their schemas only speak of passwords.
  const isCustom = group?.includes(".") === true && !group.endsWith(".k8s.io");
  return isCustom ? Object.keys(props).filter((key) => key !== "metadata" && key !== "status") : [];
}

export const secretFreeObjects = resourceRule({
  name: "secret-free-objects",
  title: "ConfigMaps, custom resources, values of charts and annotations hold no secrets",
  why: "They are not encrypted at rest, and far more people and programs may read them than Secrets, as do tools that copy annotations into logs.",
  fix: "put the value into a Secret, and mount or name that instead",
  severity: "high",
  frameworks: [nsaCisa("Secrets")],
  check: (subject, report) => {
    const { props, group } = subject;
    if (isKind(subject, "ConfigMap")) report(...inConfigMap(props));
    report(...freeParts(subject).flatMap((part) => problemsIn(known(props, part)?.value, [part])));
    if (group === undefined || isKind(subject, "Secret")) return;
    // A pod of its own has its metadata in common with the object.
    const pods = isKind(subject, "Pod") ? [] : podsOf(subject);
    const all = [at(props, "metadata"), ...pods.map((pod) => ifKnown(() => pod.metadata))];
    report(...all.flatMap(inAnnotations));
  },
});
