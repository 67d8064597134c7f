import { podSecurityRestricted } from "../../kit/frameworks.ts";
import { textAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind, isPatch } from "../../kit/subject.ts";

const label = "pod-security.kubernetes.io/enforce";
/** Minor release of Kubernetes whose standards are the oldest that a namespace may be pinned to. */
const oldest = 25;

/** What is wrong with the standards that a namespace is pinned to; without a pin they are the cluster's own. */
function versionProblem(namespace: unknown): string | undefined {
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
  frameworks: [podSecurityRestricted("Enforced by namespace labels")],
  check: (subject, report) => {
    if (!isKind(subject, "Namespace")) return;
    const outdated = versionProblem(subject.props);
    if (outdated !== undefined) report(outdated);
    const given = textAt(subject.props, "metadata", "labels", label);
    // A patch that doesn't touch the label leaves it as it is.
    if (given === "restricted" || (given === undefined && isPatch(subject))) return;
    const now = given === undefined ? "no Pod Security level" : `the Pod Security level ${given}`;
    report(`enforces ${now}, which must be restricted`);
  },
});
