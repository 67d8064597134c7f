import type { Rule } from "../../kit/rule.ts";
import { allowedRegistries } from "./allowed-registries.ts";
import { cpuLimits } from "./cpu-limits.ts";
import { emptyDirLimits } from "./empty-dir-limits.ts";
import { gracefulTermination } from "./graceful-termination.ts";
import { literalSecrets } from "./literal-secrets.ts";
import { pinnedImage } from "./pinned-image.ts";
import { probeTiming } from "./probe-timing.ts";
import { probes } from "./probes.ts";
import { requiredLabels } from "./required-labels.ts";
import { resourceLimits } from "./resource-limits.ts";
import { resourceRatio } from "./resource-ratio.ts";
import { resourceRequests } from "./resource-requests.ts";
import { retiredImages } from "./retired-images.ts";
import { secretEnvironment } from "./secret-environment.ts";
import { secretFreeConfigMaps } from "./secret-free-config-maps.ts";
import { secretFreeObjects } from "./secret-free-objects.ts";
import { startupProbe } from "./startup-probe.ts";

/** What a container is made of and asks for. */
export const containerRules: readonly Rule[] = [
  resourceRequests,
  resourceLimits,
  cpuLimits,
  resourceRatio,
  emptyDirLimits,
  probes,
  startupProbe,
  probeTiming,
  pinnedImage,
  allowedRegistries,
  retiredImages,
  gracefulTermination,
  secretEnvironment,
  secretFreeConfigMaps,
  secretFreeObjects,
  literalSecrets,
  requiredLabels,
];
