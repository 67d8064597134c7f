import type * as k8s from "@pulumi/kubernetes";
import { selectorLabels, type App } from "../app.ts";

type Ports = Readonly<Record<string, number>>;

/** A Service of these ports; with node ports, also reachable from outside the cluster. */
export function serviceSpec(
  app: App,
  ports: Ports,
  nodePorts: Ports = {},
): k8s.types.input.core.v1.ServiceSpec {
  return {
    type: Object.keys(nodePorts).length > 0 ? "NodePort" : "ClusterIP",
    selector: selectorLabels(app),
    ports: Object.entries(ports).map(([name, port]) => ({
      name,
      port,
      targetPort: name,
      nodePort: nodePorts[name],
    })),
  };
}
