import type { Rule } from "../../kit/rule.ts";
import { gracefulTermination, probes, probeTiming, startupProbe } from "./lifecycle.ts";
import { allowedRegistries, pinnedImage } from "./images.ts";
import { literalSecrets } from "./literal-secrets.ts";
import { requiredLabels } from "./required-labels.ts";
import { cpuLimits, emptyDirLimits, resourceRatio, resources } from "./resources.ts";
import { secretEnvironment } from "./secret-environment.ts";
import { secretFreeObjects } from "./secret-free-objects.ts";

/** What a container is made of and asks for. */
export const containerRules: readonly Rule[] = [
  ...[resources, cpuLimits, resourceRatio, emptyDirLimits],
  ...[probes, startupProbe, probeTiming, pinnedImage, allowedRegistries],
  ...[gracefulTermination, secretEnvironment, secretFreeObjects],
  ...[literalSecrets, requiredLabels],
];
