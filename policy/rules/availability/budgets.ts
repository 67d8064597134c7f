import { isPresent, textAt } from "../../kit/json.ts";
import { labelSelectorAt, type Selector } from "../../kit/selectors.ts";
import { isKind, namespaceOf, type Subject } from "../../kit/subject.ts";
import { amountAt, type Amount } from "./parts.ts";

/** How many pods an eviction must leave, or may take. */
export interface Budget {
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
  if (!isKind(subject, "policy/PodDisruptionBudget")) return [];
  const { props } = subject;
  return [
    {
      subject,
      namespace: namespaceOf(props),
      selector: labelSelectorAt(props, "spec", "selector"),
      minAvailable: amountAt(props, "spec", "minAvailable"),
      maxUnavailable: amountAt(props, "spec", "maxUnavailable"),
      evictsUnready: textAt(props, "spec", "unhealthyPodEvictionPolicy") === "AlwaysAllow",
      limits: ["minAvailable", "maxUnavailable"].filter((key) => isPresent(props, "spec", key)),
    },
  ];
}
