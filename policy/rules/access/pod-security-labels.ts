import { Type } from "typebox";
import { kubernetesDocs, podSecurityRestricted } from "../../kit/frameworks.ts";
import { at, isObject, textAt } from "../../kit/json.ts";
import { matches } from "../../kit/pattern.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import type { Settings } from "../../kit/rule.ts";
import { isKind } from "../../kit/subject.ts";

const label = "pod-security.kubernetes.io/enforce";
const levels = ["privileged", "baseline", "restricted"] as const;
const Level = Type.Enum(levels);

const config = Type.Object({
  level: Type.Enum(levels, {
    default: "restricted",
    description: "The level of the Pod Security Standards that namespaces enforce at least.",
  }),
  oldestVersion: Type.Integer({
    default: 25,
    minimum: 0,
    description:
      "Minor release of Kubernetes, as in v1.25, whose standards a namespace may be pinned to at the oldest.",
  }),
  exceptions: Type.Array(
    Type.Object(
      {
        name: Type.String({ description: "Of the namespace. `*` stands for any text." }),
        level: Level,
        reason: Type.String({ minLength: 10, description: "What runs there that needs more." }),
      },
      { additionalProperties: false },
    ),
    { default: [], description: "Namespaces that enforce another level." },
  ),
});

type Config = Settings<(typeof config)["properties"]>;

function wantedFor(name: string, { level, exceptions }: Config) {
  return exceptions.find((exception) => matches(exception.name, name))?.level ?? level;
}

function rank(level: string | undefined): number {
  return levels.findIndex((known) => known === level);
}

/** What is wrong with the standards that a namespace is pinned to; without a pin they are the cluster's own. */
function versionProblem(namespace: unknown, oldest: number): string | undefined {
  const version = textAt(namespace, "metadata", "labels", `${label}-version`) ?? "latest";
  const minor = /^v1\.(\d+)$/.exec(version)?.[1];
  if (version === "latest" || (minor !== undefined && Number(minor) >= oldest)) return undefined;
  return `enforces the Pod Security standards of ${version}, which must be of v1.${oldest} or newer`;
}

export const podSecurityLabels = resourceRule({
  name: "pod-security-labels",
  title: "Every namespace makes the cluster refuse pods that break Pod Security",
  why: "The pack sees what its programs make; the label also stops what is made by hand or by a controller.",
  fix: `set metadata.labels["${label}"] to restricted, and "${label}-version" to latest`,
  severity: "high",
  frameworks: [
    podSecurityRestricted("Enforced by namespace labels"),
    kubernetesDocs("Pod Security Admission"),
  ],
  config,
  check: (subject, report, settings) => {
    if (!isKind(subject, "Namespace")) return;
    const outdated = versionProblem(subject.props, settings.oldestVersion);
    if (outdated !== undefined) report(outdated);
    const given = textAt(subject.props, "metadata", "labels", label);
    // A patch that doesn't touch the label leaves it as it is.
    if (given === undefined && subject.type.endsWith("Patch")) return;
    const name = textAt(subject.props, "metadata", "name") ?? subject.name;
    const wanted = wantedFor(name, settings);
    if (rank(given) >= rank(wanted)) return;
    const now =
      given === undefined
        ? "enforces no Pod Security level"
        : `enforces the Pod Security level ${given}`;
    report(`${now}, which must be ${wanted}`);
  },
  remediate: (subject, settings) => {
    const { props, type, name } = subject;
    if (!isKind(subject, "Namespace") || type.endsWith("Patch")) return false;
    if (textAt(props, "metadata", "labels", label) !== undefined) return false;
    const metadata = at(props, "metadata");
    const labels = at(metadata, "labels");
    props["metadata"] = {
      ...(isObject(metadata) ? metadata : {}),
      labels: { ...(isObject(labels) ? labels : {}), [label]: wantedFor(name, settings) },
    };
    return true;
  },
});
