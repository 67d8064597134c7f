import type { Rule } from "../../kit/rule.ts";

/** Who may reach what. */
export const accessRules: readonly Rule[] = [];
