import { namespaces } from "../../infra/cluster.ts";
import { endpoint, type App } from "../kit/app.ts";

export const storeApp: App = {
  name: "victoria-logs",
  namespace: namespaces.ops,
  component: "logs",
};
export const agentApp: App = {
  name: "vlagent",
  namespace: namespaces.nodeAgents,
  component: "logs",
};

/** Takes lines, answers questions about them, and has the page; `/metrics` too. */
export const storeEndpoint = endpoint(storeApp, 9428);
/** For probes and metrics. */
export const agentPort = 9429;
