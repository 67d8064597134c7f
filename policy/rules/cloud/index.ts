import type { Rule } from "../../kit/rule.ts";

/** What a cloud account must not leave open. */
export const cloudRules: readonly Rule[] = [];
