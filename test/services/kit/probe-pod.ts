import type { PodArgs } from "../../../services/kit/pods/pod.ts";

/** The least pod that there can be. */
export const probePod: PodArgs = {
  image: "registry.test/probe:1",
  ports: { http: 80 },
  env: { MODE: "fast" },
  resources: {
    requests: { cpu: "100m", memory: "64Mi" },
    limits: { cpu: "none", memory: "128Mi" },
  },
  priority: "batch-low",
  graceSeconds: 30,
};
