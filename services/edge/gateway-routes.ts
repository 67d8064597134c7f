import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { OwnersGateway } from "../../infra/cluster.ts";
import { Component } from "../../infra/component.ts";
import { labels, type Endpoint } from "../kit/app.ts";
import { openToClients, openToPods } from "../kit/network/network.ts";
import { backendPolicies, type Readiness } from "./backend-policies.ts";
import { httpRoutes, serviceOf, type HttpRoutesArgs } from "./http-routes.ts";
import { edgeApp } from "./identity.ts";
import type { Targets } from "./settings.ts";

export interface GatewayRoutesArgs extends HttpRoutesArgs {
  /** Of the API, which answers for the worker API too: both are in one pod. */
  readonly readiness: Readiness;
}

/** The ways from outside to every program of the stack, attached to a Gateway that the cluster's owner runs. */
export class GatewayRoutes extends Component {
  constructor(name: string, args: GatewayRoutesArgs, opts: pulumi.ComponentResourceOptions) {
    super("services", "GatewayRoutes", name, opts);
    openWays(name, args.gateway, args.targets, this);
    for (const { name: service, namespace, spec } of httpRoutes(args)) {
      new k8s.apiextensions.CustomResource(
        `${name}-${service}-${namespace}`,
        {
          apiVersion: "gateway.networking.k8s.io/v1",
          kind: "HTTPRoute",
          metadata: { name: service, namespace, labels: labels(edgeApp) },
          spec,
        },
        { parent: this },
      );
    }
    for (const policy of backendPolicies(args.gateway, args.targets, args.readiness)) {
      const { part, apiVersion, kind, service, namespace, spec } = policy;
      new k8s.apiextensions.CustomResource(
        `${name}-${service}-${part}`,
        { apiVersion, kind, metadata: { name: service, namespace, labels: labels(edgeApp) }, spec },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

function openWays(
  name: string,
  { proxies }: Pick<OwnersGateway, "proxies">,
  targets: Targets,
  parent: pulumi.Resource,
): void {
  const ends: Endpoint[] = Object.values(targets);
  for (const to of ends) {
    const way = `${name}-to-${serviceOf(to)}`;
    if ("labels" in proxies) openToPods(way, { to, pods: proxies }, { parent });
    else openToClients(way, { to, clients: proxies }, { parent });
  }
}
