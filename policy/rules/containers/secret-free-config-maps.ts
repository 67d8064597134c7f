import { Buffer } from "node:buffer";
import { Type } from "typebox";
import { nsaCisa } from "../../kit/frameworks.ts";
import { keysAt, textAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { isSecretName, isSecretPair } from "./secret-names.ts";
import { secretIn } from "./secret-values.ts";

/** Lines of files like `db.password = x` or `"password": "x"`. */
const secretLines: readonly RegExp[] = [
  /^[ \t]*["']?(?<name>[\w.-]*(?:password|passwd|passphrase|default_pass))["']?[ \t]*[:=][ \t]*["']?(?<value>[^\s"',]+)/gim,
  // Redis has neither.
  /^[ \t]*(?<name>requirepass|masterauth)[ \t]+["']?(?<value>[^\s"']+)/gim,
  // Other names mean too many things in files, such as keys of a Secret: only beside what looks made by chance.
  /^[ \t]*["']?(?<name>[\w.-]*(?:client|secret|api|access|auth|bearer|private)[_-]?(?:access)?[_-]?(?:secret|key|token))["']?[ \t]*[:=][ \t]*["']?(?=[^\s"',]*\d)(?=[^\s"',]*[a-z])(?<value>[\w+/=.]{16,})/gim,
];

function passwordIn(text: string): string | undefined {
  const lines = secretLines.flatMap((line) =>
    [...text.matchAll(line)].map(({ groups }) => groups ?? {}),
  );
  return lines.find(({ name = "", value = "" }) => isSecretPair(name, value))?.["name"];
}

/** `text` is undefined while it is unknown: what comes from another resource under such a name is a secret. */
function problemOf(key: string, text: string | undefined): string | undefined {
  const isSecret = text === undefined ? isSecretName(key) : isSecretPair(key, text);
  if (isSecret) return `has the secret ${key}`;
  const kind = secretIn(text ?? "");
  if (kind !== undefined) return `has ${kind} in ${key}`;
  const password = passwordIn(text ?? "");
  return password === undefined ? undefined : `has the secret ${password} in ${key}`;
}

function decoded(base64: string | undefined): string | undefined {
  return base64 === undefined ? undefined : Buffer.from(base64, "base64").toString("latin1");
}

function textsOf(configMap: unknown): (readonly [string, string | undefined])[] {
  const text = (part: string, key: string) => ifKnown(() => textAt(configMap, part, key));
  return [
    ...keysAt(configMap, "data").map((key) => [key, text("data", key)] as const),
    ...keysAt(configMap, "binaryData").map(
      (key) => [key, decoded(text("binaryData", key))] as const,
    ),
  ];
}

export const secretFreeConfigMaps = resourceRule({
  name: "secret-free-config-maps",
  title: "ConfigMaps hold no secrets",
  why: "ConfigMaps are not encrypted at rest, and far more people and programs may read them than Secrets.",
  fix: "put the value into a Secret and mount that instead",
  severity: "high",
  frameworks: [nsaCisa("Secrets")],
  config: Type.Object({
    notSecret: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: "Keys that only sound like a secret; `*` stands for any text.",
    }),
  }),
  check: (subject, report, { notSecret }) => {
    if (!isKind(subject, "ConfigMap")) return;
    for (const [key, text] of textsOf(subject.props)) {
      const problem = matchesAny(notSecret, key) ? undefined : problemOf(key, text);
      if (problem !== undefined) report(problem);
    }
  },
});
