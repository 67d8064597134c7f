import { api } from "./api.ts";
import { availability } from "./availability.ts";
import { backups } from "./backups.ts";
import { data } from "./data.ts";
import { egress } from "./egress.ts";
import { gpu } from "./gpu.ts";
import type { RuleGroup } from "./rule.ts";
import { slo } from "./slo.ts";
import { watching } from "./watching.ts";
import { work } from "./work.ts";

/** Every recording and alerting rule, as `groups` of Prometheus' rule files have them. */
export const ruleGroups: readonly RuleGroup[] = [
  availability,
  api,
  work,
  gpu,
  egress,
  data,
  backups,
  watching,
  slo,
];
