import { isPresent, textAt } from "../../kit/json.ts";
import { labelSelectorAt, type Selector } from "../../kit/selectors.ts";
import { namespaceOf, type Subject } from "../../kit/subject.ts";
import { amountAt, membersOf, type Amount } from "./parts.ts";

/** How many pods an eviction must leave, or may take. */
export interface Budget {
  readonly part: "budget";
  readonly subject: Subject;
  readonly namespace: string;
  readonly selector: Selector | undefined;
  readonly minAvailable: Amount | undefined;
  readonly maxUnavailable: Amount | undefined;
  /** Whether pods that are not ready may always go. */
  readonly evictsUnready: boolean;
  /** The fields that are there, readable or not. */
  readonly limits: readonly string[];
}

export function budgetsOf(subject: Subject): Budget[] {
  return membersOf(subject, "policy/PodDisruptionBudget").map((member) => ({
    part: "budget",
    subject: member,
    namespace: namespaceOf(member.props),
    selector: labelSelectorAt(member.props, "spec", "selector"),
    minAvailable: amountAt(member.props, "spec", "minAvailable"),
    maxUnavailable: amountAt(member.props, "spec", "maxUnavailable"),
    evictsUnready: textAt(member.props, "spec", "unhealthyPodEvictionPolicy") === "AlwaysAllow",
    limits: ["minAvailable", "maxUnavailable"].filter((key) =>
      isPresent(member.props, "spec", key),
    ),
  }));
}
