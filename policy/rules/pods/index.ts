import type { Rule } from "../../kit/rule.ts";
import { readOnlyRoot } from "./read-only-root.ts";

/** What a pod may do on its node. */
export const podRules: readonly Rule[] = [readOnlyRoot];
