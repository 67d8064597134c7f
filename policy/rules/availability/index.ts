import type { Rule } from "../../kit/rule.ts";

/** What keeps a service up while pods come and go. */
export const availabilityRules: readonly Rule[] = [];
