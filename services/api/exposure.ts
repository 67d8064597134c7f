import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { LoadBalancerEdge } from "../../infra/cluster.ts";
import { metadata } from "../kit/app.ts";
import {
  loadBalancerSpec,
  ownEdge,
  ownNodePorts,
  type Exposure,
  type PublicUrls,
} from "../kit/network/exposure.ts";
import { serviceSpec } from "../kit/workloads/service.ts";
import { apiApp, opsService, ports } from "./identity.ts";

/** How clients, and workers outside the cluster, reach the API. */
export function publicUrls(exposure: Exposure): PublicUrls {
  if (exposure.kind !== "own") return exposure.urls;
  const { edge } = exposure;
  if (edge.kind === "load-balancer") return edge.urls;
  const { host, ports: nodePorts } = edge;
  return {
    api: `http://${host}:${nodePorts.api}`,
    workerApi: `http://${host}:${nodePorts.workerApi}`,
  };
}

/**
 * Addresses that a Gateway adds to `X-Forwarded-For`: Google's load balancers append the client's and their own
 * (cloud.google.com/load-balancing/docs/https#x-forwarded-for_header), all others the client's.
 */
const addedAddresses = { gke: 2, aws: 1, pods: 1 } as const;

export function proxyHops(exposure: Exposure): number | undefined {
  return exposure.kind === "gateway" ? addedAddresses[exposure.gateway.kind] : undefined;
}

/** The names by which pods reach the API, on node ports where that is the edge. */
function insideServices(name: string, exposure: Exposure, parent: pulumi.Resource): void {
  const edge = ownNodePorts(exposure);
  const nodePorts =
    edge === undefined
      ? {}
      : { http: { http: edge.ports.api }, worker: { worker: edge.ports.workerApi } };
  const { http, worker } = ports;
  new k8s.core.v1.Service(
    `${name}-service`,
    { metadata: metadata(apiApp), spec: serviceSpec(apiApp, { http }, nodePorts.http) },
    { parent },
  );
  new k8s.core.v1.Service(
    `${name}-worker-service`,
    {
      metadata: metadata(apiApp, "worker-api"),
      spec: serviceSpec(apiApp, { worker }, nodePorts.worker),
    },
    { parent },
  );
}

/** One for each of the two names; they stand beside the Services for pods, which stay when the edge changes. */
export const balancers = [
  { part: "balancer", service: "api-public", port: "http" },
  { part: "worker-balancer", service: "worker-api-public", port: "worker" },
] as const;

function loadBalancers(name: string, edge: LoadBalancerEdge, parent: pulumi.Resource): void {
  for (const { part, service, port } of balancers) {
    new k8s.core.v1.Service(
      `${name}-${part}`,
      {
        metadata: { ...metadata(apiApp, service), annotations: { ...edge.annotations } },
        spec: loadBalancerSpec(apiApp, port, edge),
      },
      { parent },
    );
  }
}

/** Programs of the cluster that ask the API for figures; metrics are scraped from the pods themselves. */
export function opsServiceOf(name: string, parent: pulumi.Resource): void {
  new k8s.core.v1.Service(
    `${name}-ops-service`,
    {
      metadata: metadata(apiApp, opsService),
      spec: serviceSpec(apiApp, { metrics: ports.metrics }),
    },
    { parent },
  );
}

export function exposeApi(name: string, exposure: Exposure, parent: pulumi.Resource): void {
  insideServices(name, exposure, parent);
  const edge = ownEdge(exposure);
  if (edge?.kind === "load-balancer") loadBalancers(name, edge, parent);
}
