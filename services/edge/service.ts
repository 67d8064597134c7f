import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Edge } from "../../infra/cluster.ts";
import { metadata } from "../kit/app.ts";
import { balancerSpec } from "../kit/network/exposure.ts";
import { serviceSpec } from "../kit/workloads/service.ts";
import { edgeApp, ports } from "./identity.ts";

/** The pod's ports that clients reach. */
export function openPorts(edge: Edge): Readonly<Record<string, number>> {
  const { http, https, workers } = ports;
  return edge.kind === "load-balancer" ? { http, https } : { http, https, workers };
}

function specOf(edge: Edge): k8s.types.input.core.v1.ServiceSpec {
  if (edge.kind === "node-port") {
    const { edgeHttp: http, edge: https, edgeWorkers: workers } = edge.ports;
    return serviceSpec(edgeApp, openPorts(edge), { http, https, workers });
  }
  const balanced = [
    { port: 80, targetPort: "http" },
    { port: 443, targetPort: "https" },
  ];
  return balancerSpec(edgeApp, balanced, edge);
}

/** The one Service that the world reaches. */
export function exposeEdge(name: string, edge: Edge, parent: pulumi.Resource): void {
  const annotations = edge.kind === "load-balancer" ? { ...edge.annotations } : undefined;
  new k8s.core.v1.Service(
    `${name}-service`,
    { metadata: { ...metadata(edgeApp), ...(annotations && { annotations }) }, spec: specOf(edge) },
    { parent },
  );
}
