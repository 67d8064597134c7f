import type { Rule } from "./kit/rule.ts";
import { accessRules } from "./rules/access/index.ts";
import { availabilityRules } from "./rules/availability/index.ts";
import { cloudRules } from "./rules/cloud/index.ts";
import { containerRules } from "./rules/containers/index.ts";
import { gpuRules } from "./rules/gpu/index.ts";
import { podRules } from "./rules/pods/index.ts";

/** All rules, in the order in which docs/policies.md tells of them. */
export const rules: readonly Rule[] = [
  ...podRules,
  ...containerRules,
  ...availabilityRules,
  ...accessRules,
  ...gpuRules,
  ...cloudRules,
];
