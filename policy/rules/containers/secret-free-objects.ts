import { Type } from "typebox";
import { nsaCisa } from "../../kit/frameworks.ts";
import { at, isObject, keysAt, textAt, type Path } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { podsOf } from "../../kit/pods.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind, type Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { isSecretPair } from "./secret-names.ts";
import { secretIn } from "./secret-values.ts";

/** Only these names: secrets by others are mostly names of Secrets. */
const passwordName = /(?:password|passwd|passphrase)$/i;
/** Other rules judge what is in them. */
const containers = new Set([
  ...["containers", "initContainers", "ephemeralContainers"],
  ...["container", "script", "steps", "sidecars"],
]);

/** What a field says; undefined while nobody knows it. */
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

function problemsIn(value: unknown, path: Path, notSecret: readonly string[]): string[] {
  if (typeof value === "string") {
    const kind = secretIn(value);
    return kind === undefined ? [] : [`has ${kind} in ${path.join(".")}`];
  }
  if (Array.isArray(value)) {
    return [...value.keys()].flatMap((i) =>
      problemsIn(known(value, i)?.value, [...path, i], notSecret),
    );
  }
  if (!isObject(value)) return [];
  return Object.keys(value)
    .filter((key) => !containers.has(key) && !matchesAny(notSecret, key))
    .flatMap((key) =>
      isPassword(value, key)
        ? [`has the secret ${key} in ${path.join(".")}`]
        : problemsIn(known(value, key)?.value, [...path, key], notSecret),
    );
}

function inAnnotations(metadata: unknown): string[] {
  return (ifKnown(() => keysAt(metadata, "annotations")) ?? []).flatMap((key) => {
    const kind = secretIn(ifKnown(() => textAt(metadata, "annotations", key)) ?? "");
    return kind === undefined ? [] : [`has ${kind} in the annotation ${key}`];
  });
}

/** Groups of Kubernetes itself have no dot or end so; their schemas only speak of passwords. */
function isCustom({ group }: Subject): boolean {
  return group !== undefined && group.includes(".") && !group.endsWith(".k8s.io");
}

/** The parts of an object that whoever wrote the program filled in freely. */
function freeParts(subject: Subject): string[] {
  if (subject.type.startsWith("kubernetes:helm.sh/")) return ["values"];
  return isCustom(subject)
    ? Object.keys(subject.props).filter((key) => key !== "metadata" && key !== "status")
    : [];
}

export const secretFreeObjects = resourceRule({
  name: "secret-free-objects",
  title: "Custom resources, values of charts and annotations hold no secrets",
  why: "They are not encrypted at rest, and whoever may look at an object reads them, as do tools that copy annotations into logs.",
  fix: "put the value into a Secret and name that instead",
  severity: "high",
  frameworks: [nsaCisa("Secrets")],
  config: Type.Object({
    notSecret: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: "Names of fields that only sound like a secret; `*` stands for any text.",
    }),
  }),
  check: (subject, report, { notSecret }) => {
    const { props, group } = subject;
    for (const part of freeParts(subject)) {
      for (const problem of problemsIn(known(props, part)?.value, [part], notSecret)) {
        report(problem);
      }
    }
    if (group === undefined || isKind(subject, "Secret")) return;
    const ofPods = podsOf(subject).map((pod) => ifKnown(() => pod.metadata));
    const own = [at(props, "metadata")];
    // A pod of its own has its metadata in common with the object.
    const all = isKind(subject, "Pod") ? own : [...own, ...ofPods];
    for (const problem of all.flatMap(inAnnotations)) report(problem);
  },
});
