import { beforeAll, describe, expect, test } from "vitest";
import type { OwnersGateway } from "../../../infra/cluster.ts";
import { rules } from "../../../policy/rules.ts";
import { backendPolicies } from "../../../services/edge/backend-policies.ts";
import { httpRoutes } from "../../../services/edge/http-routes.ts";
import { routes } from "../../../services/edge/routes.ts";
import { endpoint } from "../../../services/kit/app.ts";
import { withDependencies } from "../../policy/kit/dependencies.ts";
import { evaluateStack } from "../../policy/kit/evaluate.ts";
import { profile, resourcesOf } from "../../policy/kit/goldens.ts";
import { schemaProblems, type KubernetesObject } from "../../support/crds/check.ts";
import { goldenOf } from "../../support/golden.ts";
import { runProgram, type ProgramRun } from "../../support/stack.ts";
import { inputsOf } from "../../support/under-mocks.ts";

const names = { apiHost: "api.test.example", workerApiHost: "workers.test.example" };
const gateway = { name: "public", namespace: "gateways" };
const gke = { stack: "prod-gke", file: "docs/samples/Pulumi.prod-gke-gateway.yaml" };
const eks = {
  stack: "prod",
  file: "Pulumi.prod.yaml",
  instead: { edge: { ...names, public: true, allowedCidrs: ["0.0.0.0/0"], gateway } },
};
const peers = {
  namespace: "envoy-gateway-system",
  labels: { "gateway.envoyproxy.io/owning-gateway-name": "public" },
};
const pods = { ...gke, instead: { edge: { ...names, gateway: { ...gateway, pods: peers } } } };

let runs: Readonly<Record<"gke" | "eks" | "pods", ProgramRun>>;
beforeAll(async () => {
  runs = { gke: await runProgram(gke), eks: await runProgram(eks), pods: await runProgram(pods) };
}, 3 * 60_000);

/** Routes and policies of clouds, by their names in Pulumi. */
function customObjects({ resources }: ProgramRun): Map<string, KubernetesObject> {
  return new Map(
    resources
      .filter(({ name, type }) => name.startsWith("gateway-") && !type.includes("NetworkPolicy"))
      .map(({ name, inputs }) => [name, inputs as unknown as KubernetesObject]),
  );
}

interface Policy {
  readonly spec: {
    readonly ingress: readonly { readonly from: unknown; readonly ports: unknown }[];
  };
}

function openedBy({ resources }: ProgramRun, service: string): Policy["spec"]["ingress"] {
  const name = `gateway-to-${service}-clients`;
  return (inputsOf(resources, name) as unknown as Policy).spec.ingress;
}

function blocks(...cidrs: string[]) {
  return cidrs.map((cidr) => ({ ipBlock: { cidr } }));
}

describe.each(["gke", "eks", "pods"] as const)("at a Gateway of %s", (kind) => {
  test("each name has a route, and Gateway API's own schema takes it", () => {
    const found = [...customObjects(runs[kind]).values()].filter((one) => one.kind === "HTTPRoute");
    expect(found).toHaveLength(2);
    expect(found.flatMap((object) => schemaProblems("gateway-api", object))).toEqual([]);
  });

  test("no load balancer is the stack's, and the addresses that clients are told are by TLS", () => {
    const types = runs[kind].resources
      .filter(({ type }) => type === "kubernetes:core/v1:Service")
      .map(({ inputs }) => (inputs as { spec: { type: string } }).spec.type);
    expect(types).not.toContain("LoadBalancer");
    expect(types).not.toContain("NodePort");
    expect(String(runs[kind].outputs["apiUrl"]?.value)).toMatch(/^https:\/\/api\./);
    expect(String(runs[kind].outputs["workerApiUrl"]?.value)).toMatch(/^https:\/\/workers\./);
  });

  test("no rule of the policy pack for production is broken", () => {
    const settings = profile("strict");
    const resources = [...withDependencies(resourcesOf(goldenOf(runs[kind]).resources))];
    const found = rules
      // Golden files don't say what a Secret is made from.
      .filter(({ name }) => name !== "literal-secrets")
      .filter(({ name }) => settings[name]?.["enforcementLevel"] !== "disabled")
      .flatMap((rule) => evaluateStack(rule, resources, { config: settings[rule.name] ?? {} }));
    expect(found).toEqual([]);
  });
});

test("on GKE Google's front ends alone come in, and are told how to ask and to wait", () => {
  expect([...customObjects(runs.gke).keys()].toSorted()).toEqual([
    "gateway-api-backend",
    "gateway-api-framewright-api",
    "gateway-api-health",
    "gateway-worker-api-backend",
    "gateway-worker-api-framewright-api",
    "gateway-worker-api-health",
  ]);
  const from = blocks("35.191.0.0/16", "130.211.0.0/22");
  expect(openedBy(runs.gke, "api")).toEqual([{ from, ports: [{ protocol: "TCP", port: 8000 }] }]);
  expect(openedBy(runs.gke, "worker-api")).toEqual([
    { from, ports: [{ protocol: "TCP", port: 9002 }] },
  ]);
  const { gatewayApiConfig } = inputsOf(runs.gke.resources, "gke-cluster");
  expect(gatewayApiConfig).toEqual({ channel: "CHANNEL_STANDARD" });
});

test("on EKS the subnets of the load balancer alone come in", () => {
  expect([...customObjects(runs.eks).keys()].toSorted()).toEqual([
    "gateway-api-framewright-api",
    "gateway-api-target-group",
    "gateway-worker-api-framewright-api",
    "gateway-worker-api-target-group",
  ]);
  const [opened] = openedBy(runs.eks, "api");
  expect(opened?.from).toHaveLength(3);
  expect(JSON.stringify(opened)).not.toContain("0.0.0.0");
});

test("pods of a Gateway alone come in, and nothing is said of a cloud", () => {
  expect([...customObjects(runs.pods).keys()].toSorted()).toEqual([
    "gateway-api-framewright-api",
    "gateway-worker-api-framewright-api",
  ]);
  expect(openedBy(runs.pods, "api")[0]?.from).toEqual([
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": peers.namespace } },
      podSelector: { matchLabels: peers.labels },
    },
  ]);
  expect(inputsOf(runs.pods.resources, "gke-cluster")).not.toHaveProperty("gatewayApiConfig");
});

test.each([
  ["gke", "2"],
  ["eks", "1"],
  ["pods", "1"],
] as const)("the API takes a client's address from %s alone", (kind, hops) => {
  const text = JSON.stringify(inputsOf(runs[kind].resources, "api-server-deployment"));
  expect(text).toContain(JSON.stringify({ name: "TRUST_PROXY_HOPS", value: hops }));
  expect(text).not.toContain("EDGE_SECRET");
});

const app = (name: string, namespace: string) => ({ name, namespace, component: name });
const targets = {
  api: endpoint(app("api", "apis"), 8000),
  workerApi: endpoint(app("api", "apis"), 9002, "worker-api"),
  objectStore: endpoint(app("object-store", "data"), 7070),
};
const urls = { api: "https://api.test.example", workerApi: "https://workers.test.example" };
const own: OwnersGateway = { ...gateway, listener: "https", kind: "pods", proxies: peers };

describe("the routes", () => {
  test("are those of the proxy: each once, to the Service of its target", () => {
    const made = httpRoutes({ gateway: own, urls, targets });
    const ways = made.flatMap(({ name, spec }) =>
      spec.rules.flatMap(({ matches, backendRefs }) =>
        matches.map(({ path }) => `${name} ${path.value} ${backendRefs[0]?.name ?? ""}`),
      ),
    );
    expect(ways.toSorted()).toEqual([
      "api / api",
      "api /framewright/ object-store",
      "api /v1/playback/ api",
      "api /v1/recordings/ api",
      "api /v1/tus api",
      "worker-api / worker-api",
    ]);
    expect(ways).toHaveLength(routes.flatMap(({ paths = ["/"] }) => paths).length);
  });

  test("to Services of another namespace are objects there, so that nobody has to grant them", () => {
    const made = httpRoutes({ gateway: own, urls, targets });
    expect(made.map(({ name, namespace }) => `${namespace}/${name}`)).toEqual([
      "apis/api",
      "data/api",
      "apis/worker-api",
    ]);
  });

  test("name the Gateway, its listener and the host, and let requests take their time", () => {
    const [, , workers] = httpRoutes({ gateway: own, urls, targets });
    expect(workers?.spec).toEqual({
      parentRefs: [{ name: "public", namespace: "gateways", sectionName: "https" }],
      hostnames: ["workers.test.example"],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/" } }],
          backendRefs: [{ name: "worker-api", port: 9002 }],
          timeouts: { request: "0s" },
        },
      ],
    });
    const [first] = httpRoutes({ gateway: { ...own, kind: "gke" }, urls, targets });
    expect(first?.spec.rules.some((rule) => "timeouts" in rule)).toBe(false);
  });
});

describe("policies of clouds", () => {
  const readiness = { path: "/readyz", port: 8000 };
  const one = { workerApi: targets.workerApi };

  test("Google's balancer asks the API's port whether a pod is ready, and lets a request last a day", () => {
    const targetRef = { group: "", kind: "Service", name: "worker-api" };
    expect(backendPolicies({ kind: "gke" }, one, readiness).map(({ spec }) => spec)).toEqual([
      {
        default: {
          config: {
            type: "HTTP",
            httpHealthCheck: {
              requestPath: "/readyz",
              port: 8000,
              portSpecification: "USE_FIXED_PORT",
            },
          },
        },
        targetRef,
      },
      {
        default: { timeoutSec: 86_400, connectionDraining: { drainingTimeoutSec: 60 } },
        targetRef,
      },
    ]);
  });

  test("Amazon's sends to pods, of which nodes have no ports", () => {
    const [made] = backendPolicies({ kind: "aws" }, one, readiness);
    expect(made?.spec).toEqual({
      targetReference: { name: "worker-api" },
      defaultConfiguration: {
        targetType: "ip",
        healthCheckConfig: {
          healthCheckProtocol: "HTTP",
          healthCheckPath: "/readyz",
          healthCheckPort: "8000",
        },
        targetGroupAttributes: [{ key: "deregistration_delay.timeout_seconds", value: "60" }],
      },
    });
  });
});

test("the check by schema refuses what Gateway API does not have, and what is out of bounds", () => {
  const [route] = httpRoutes({ gateway: own, urls, targets });
  const object = { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute" };
  const broken = { ...route?.spec, hostnames: ["Not A Host"], timeout: "0s" };
  const found = schemaProblems("gateway-api", { ...object, spec: broken });
  expect(found.join("\n")).toMatch(/\/spec\/hostnames\/0 .*pattern/);
  expect(found.join("\n")).toMatch(/\/spec .*additional/);
  expect(schemaProblems("gateway-api", { ...object, kind: "Route" })).toEqual([
    "gateway-api has no gateway.networking.k8s.io/v1 Route",
  ]);
});
