import type { OwnersGateway } from "../../infra/cluster.ts";
import type { Targets } from "./settings.ts";
import { serviceOf } from "./http-routes.ts";

/** Where a pod says whether it is ready. */
export interface Readiness {
  readonly path: string;
  readonly port: number;
}

/** An object that tells a cloud's load balancer how to treat the pods of a Service. */
export interface BackendPolicy {
  readonly part: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly service: string;
  readonly namespace: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Google's longest: a request counts from its first byte to its last, and event streams and uploads go on. */
const requestSeconds = 86_400;
/** A pod that goes leaves that much to open requests, and more. */
const drainSeconds = 60;

type Make = (
  service: string,
  readiness: Readiness,
) => Omit<BackendPolicy, "service" | "namespace">[];

/** https://docs.cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources */
function googles(service: string, { path, port }: Readiness): ReturnType<Make> {
  const apiVersion = "networking.gke.io/v1";
  const targetRef = { group: "", kind: "Service", name: service };
  const check = { requestPath: path, port, portSpecification: "USE_FIXED_PORT" };
  return [
    {
      ...{ part: "health", apiVersion, kind: "HealthCheckPolicy" },
      // Else it asks for `/`, which the API does not have.
      spec: { default: { config: { type: "HTTP", httpHealthCheck: check } }, targetRef },
    },
    {
      ...{ part: "backend", apiVersion, kind: "GCPBackendPolicy" },
      spec: {
        default: {
          timeoutSec: requestSeconds,
          connectionDraining: { drainingTimeoutSec: drainSeconds },
        },
        targetRef,
      },
    },
  ];
}

/** https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/targetgroupconfig */
function amazons(service: string, { path, port }: Readiness): ReturnType<Make> {
  return [
    {
      ...{ part: "target-group", apiVersion: "gateway.k8s.aws/v1beta1" },
      kind: "TargetGroupConfiguration",
      spec: {
        targetReference: { name: service },
        defaultConfiguration: {
          // Nodes have no ports of ours.
          targetType: "ip",
          healthCheckConfig: {
            healthCheckProtocol: "HTTP",
            healthCheckPath: path,
            healthCheckPort: String(port),
          },
          targetGroupAttributes: [
            { key: "deregistration_delay.timeout_seconds", value: String(drainSeconds) },
          ],
        },
      },
    },
  ];
}

const makers = {
  gke: googles,
  aws: amazons,
  // Who runs the pods has policies of their own; Kubernetes tells them which pods are ready.
  pods: () => [],
} as const satisfies Record<OwnersGateway["kind"], Make>;

/** For each Service that routes lead to. */
export function backendPolicies(
  { kind }: Pick<OwnersGateway, "kind">,
  targets: Targets,
  readiness: Readiness,
): BackendPolicy[] {
  return Object.values(targets).flatMap((to) => {
    const place = { service: serviceOf(to), namespace: to.app.namespace };
    return makers[kind](place.service, readiness).map((policy) => ({ ...policy, ...place }));
  });
}
