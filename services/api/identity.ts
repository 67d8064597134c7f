import { namespaces } from "../../infra/cluster.ts";
import type { App } from "../kit/app.ts";

export const apiApp: App = { name: "api", namespace: namespaces.api, component: "api" };
export const migrateApp: App = {
  name: "migrate",
  namespace: namespaces.api,
  component: "migration",
};

/** Service of the port that no client reaches. */
export const opsService = "api-ops";

/** Of the pods and of the Services alike. */
export const ports = { http: 8000, worker: 9002, metrics: 9090 } as const;
