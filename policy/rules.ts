import type { Rule } from "./kit/rule.ts";
import { accessRules } from "./rules/access/index.ts";
import { availabilityRules } from "./rules/availability/index.ts";
import { cloudRules } from "./rules/cloud/index.ts";
import { containerRules } from "./rules/containers/index.ts";
import { gpuRules } from "./rules/gpu/index.ts";
import { podRules } from "./rules/pods/index.ts";

/** Rules about one matter. */
export interface Theme {
  /** What the matter is, as a heading. */
  readonly title: string;
  readonly rules: readonly Rule[];
}

/** In the order of docs/policies.md. */
export const themes: readonly Theme[] = [
  { title: "What a pod may do on its node", rules: podRules },
  { title: "What a container is made of and asks for", rules: containerRules },
  { title: "What keeps a service up", rules: availabilityRules },
  { title: "Who may reach what", rules: accessRules },
  { title: "GPUs and what they may cost", rules: gpuRules },
  { title: "What a cloud account must not leave open", rules: cloudRules },
];

/** All rules. */
export const rules: readonly Rule[] = themes.flatMap((theme) => theme.rules);
