import { adminKubeconfig, kubectlCache } from "../node/addresses.ts";
import { nodeRuns } from "../node/start.ts";
import type { Access } from "./stack.ts";

export const accessOptions = {
  kubeconfig: { type: "string" },
  context: { type: "string" },
} as const;

/** What the two options mean, for `--help`. */
export const accessUsage = `  --kubeconfig FILE    of another stack than that of this clone
  --context NAME       in that file, or in your own kubeconfig`;

/** How the stack is reached: that of this clone, unless another one is named. */
export function accessBy({
  kubeconfig,
  context,
}: {
  kubeconfig?: string | undefined;
  context?: string | undefined;
}): Access {
  if (kubeconfig === undefined && context === undefined) {
    if (!nodeRuns()) {
      throw new Error(
        "The node of this clone does not run. Start it with `npm run up`, or name another stack by --kubeconfig or --context",
      );
    }
    return {
      isLocal: true,
      flags: ["--kubeconfig", adminKubeconfig, "--cache-dir", kubectlCache],
    };
  }
  return {
    isLocal: false,
    flags: [
      ...(kubeconfig === undefined ? [] : ["--kubeconfig", kubeconfig]),
      ...(context === undefined ? [] : ["--context", context]),
    ],
  };
}
