import { Type } from "typebox";
import {
  budget,
  cidrPattern,
  count,
  flag,
  optionalSection,
  replicas,
  resources,
  section,
} from "./leaves.ts";

const hostPattern = "^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$";

const namePattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

const Gateway = optionalSection(
  "On gke and eks, the Gateway that you run, with a certificate of both names: the way in by HTTPRoutes, in place of the proxy and of load balancers. Its listener must take routes of the namespace framewright-api",
  {
    name: Type.String({ pattern: namePattern, description: "Name of the Gateway" }),
    namespace: Type.String({ pattern: namePattern, description: "Namespace of the Gateway" }),
    listener: Type.Optional(
      Type.String({
        pattern: namePattern,
        description: "Its listener of protocol HTTPS; unset: all listeners that take the routes",
      }),
    ),
    pods: optionalSection(
      "Where the Gateway is pods of the cluster (Envoy Gateway, Istio and others): which ones. Unset: it is load balancers of the cloud, of a class gke-l7-* or of the AWS Load Balancer Controller",
      {
        namespace: Type.String({ pattern: namePattern, description: "Namespace of these pods" }),
        labels: Type.Record(Type.String(), Type.String(), {
          minProperties: 1,
          description:
            "Labels that they have, as gateway.networking.k8s.io/gateway-name or gateway.envoyproxy.io/owning-gateway-name with the Gateway's name",
        }),
      },
    ),
    ranges: Type.Array(Type.String({ pattern: cidrPattern }), {
      uniqueItems: true,
      default: [],
      description:
        "Networks of the cloud's load balancers beside those that it always has: the proxy-only subnet of a regional or internal gke-l7 class, other subnets of an Application Load Balancer",
    }),
  },
);

/** The API's own limit of a key, 6000 a minute over all replicas, is the one that clients of an honest pace meet. */
const Limits = section(
  "What one client may do to a pod of the edge; who does more gets 429, or no connection. Requests a second are means over ten seconds",
  {
    requestsPerKey: count(
      200,
      { min: 1, max: 100_000 },
      "Requests a second with one key, token or worker's key",
    ),
    requestsPerAddress: count(
      500,
      { min: 1, max: 100_000 },
      "Requests a second from one address, or one network of IPv6; behind an address of an office are many players",
    ),
    connectionsPerAddress: count(
      1000,
      { min: 1, max: 100_000 },
      "Open connections from one address; an event stream and a worker hold one each",
    ),
    newConnectionsPerAddress: count(
      100,
      { min: 1, max: 10_000 },
      "New connections a second from one address, a mean over ten seconds",
    ),
  },
);

export const Edge = section("How clients reach the platform", {
  enabled: flag(
    false,
    "Whether clients reach everything through one proxy of the stack, which ends TLS; false gives each API a node port or load balancer of its own",
  ),
  certificate: section("Certificate of the proxy", {
    secret: Type.Optional(
      Type.String({
        pattern: "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$",
        description:
          "Secret of type kubernetes.io/tls in the namespace framewright-edge that you or cert-manager keep, with a certificate of both names; a renewed one is taken up without a restart. Unset: a certificate of the stack's own authority, which is output edgeCa",
      }),
    ),
  }),
  gateway: Gateway,
  replicas: replicas("the proxy", { min: 2, max: 4, least: 1 }),
  budget: budget("the proxy"),
  resources: resources("the proxy", {
    requests: { cpu: "200m", memory: "128Mi" },
    limits: { cpu: "2", memory: "512Mi" },
  }),
  limits: Limits,
  maxConnections: count(
    4000,
    { min: 100, max: 1_000_000 },
    "Open connections of a pod; each needs up to 100 KiB of its memory while it is used",
  ),
  drainSeconds: count(
    300,
    { min: 10, max: 86_400 },
    "Seconds that a pod which goes leaves to open requests, as uploads and event streams",
  ),
  hstsSeconds: count(
    31_536_000,
    { min: 0, max: 63_072_000 },
    "Seconds for which browsers that came by TLS refuse to come without it (Strict-Transport-Security); 0 says nothing",
  ),
  apiHost: Type.Optional(
    Type.String({
      pattern: hostPattern,
      description:
        "On gke and eks, name of the client API; its DNS record points to the load balancer",
    }),
  ),
  workerApiHost: Type.Optional(
    Type.String({
      pattern: hostPattern,
      description: "On gke and eks, name of the worker API, for workers outside the cluster",
    }),
  ),
  public: flag(
    false,
    "On gke and eks, whether the load balancers have addresses on the internet; false keeps them in the network",
  ),
  allowedCidrs: Type.Array(Type.String({ pattern: cidrPattern }), {
    // Kubernetes takes an empty list for everybody.
    minItems: 1,
    uniqueItems: true,
    default: ["10.0.0.0/8"],
    description: "On gke and eks, networks that may connect to the load balancers",
  }),
  certificateArn: Type.Optional(
    Type.String({
      pattern: "^arn:aws[a-z-]*:acm:.+$",
      description:
        "ARN of an ACM certificate of both names, for TLS at the load balancers of eks where the proxy is off",
    }),
  ),
});
