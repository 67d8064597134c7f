import type { Rule } from "../../kit/rule.ts";

/** What a container is made of and asks for. */
export const containerRules: readonly Rule[] = [];
