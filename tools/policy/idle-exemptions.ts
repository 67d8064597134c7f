import { isExempt, type Exemption } from "../../policy/kit/exemptions.ts";
import { containersOf, podsOf } from "../../policy/kit/pods.ts";
import { subjectsOf, type Subject } from "../../policy/kit/subject.ts";
import type { ProfileConfig } from "./profiles.ts";
import type { Registration } from "./registrations.ts";
import { isRecord } from "../records.ts";

function isExemption(value: unknown): value is Exemption {
  return isRecord(value) && typeof value["name"] === "string";
}

function exemptionsOf(settings: unknown): Exemption[] {
  const listed = isRecord(settings) ? settings["exempt"] : undefined;
  return Array.isArray(listed) ? listed.filter(isExemption) : [];
}

function allSubjects(resources: readonly Registration[]): Subject[] {
  return resources.flatMap(({ urn, type, name, props }) =>
    subjectsOf({ urn, type, name, props: { ...props }, opts: { protect: false } }),
  );
}

function fits(exemption: Exemption, subject: Subject): boolean {
  if (exemption.container === undefined) return isExempt([exemption], subject);
  const containers = podsOf(subject).flatMap((pod) => containersOf(pod));
  return containers.some(({ name }) => isExempt([exemption], subject, name));
}

function titleOf({ namespace, name, container }: Exemption): string {
  return [namespace, name, container].filter((part) => part !== undefined).join("/");
}

/** The exemptions of a checked profile that fit nothing of what its stacks are made of: `rule: namespace/name/container`. */
export function idleExemptions(
  config: ProfileConfig,
  resources: readonly Registration[],
): string[] {
  const subjects = allSubjects(resources);
  return Object.entries(config).flatMap(([rule, settings]) =>
    exemptionsOf(settings)
      .filter((exemption) => !subjects.some((subject) => fits(exemption, subject)))
      .map((exemption) => `${rule}: ${titleOf(exemption)}`),
  );
}
