import { namespaces } from "../../infra/cluster.ts";
import type { App } from "../kit/app.ts";

export const edgeApp: App = { name: "edge", namespace: namespaces.edge, component: "edge" };

/** Of the pods. Where there are no names, the worker API has a port of its own. */
export const ports = { http: 8080, https: 8443, workers: 9443, metrics: 8404 } as const;

export const certificateFolder = "/etc/certificate";
