import type { LogsSection } from "../../config/schema.ts";
import type { Growth } from "../../infra/cluster.ts";

/** An agent runs on each node, of which a stack may have this many. */
const nodes = 200;

/** VictoriaLogs, and its agents in a namespace of their own. */
export function logsGrowth({ enabled, kind }: Pick<LogsSection, "enabled" | "kind">): Growth[] {
  if (!enabled || kind !== "own") return [];
  return [
    { role: "ops", pods: 1 },
    { role: "nodeAgents", pods: nodes },
  ];
}
