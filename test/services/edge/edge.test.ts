import { X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { namesOf } from "../../../services/edge/certificate.ts";
import { rules } from "../../../policy/rules.ts";
import { withDependencies } from "../../policy/kit/dependencies.ts";
import { evaluateStack } from "../../policy/kit/evaluate.ts";
import { profile, resourcesOf } from "../../policy/kit/goldens.ts";
import { edgesOf, edgeText, halvesOf } from "../../support/edges.ts";
import { goldenOf } from "../../support/golden.ts";
import { runProgram, type ProgramRun } from "../../support/stack.ts";
import { inputsOf } from "../../support/under-mocks.ts";

const node = { nodeFile: "test/support/node.json" };
const own = { enabled: true, replicas: { min: 1, max: 1 }, resources: { limits: { cpu: "none" } } };
const names = { apiHost: "api.test.example", workerApiHost: "workers.test.example" };
const open = { public: true, allowedCidrs: ["0.0.0.0/0"] };

let local: ProgramRun;
let cloud: ProgramRun;
beforeAll(async () => {
  local = await runProgram({
    stack: "local",
    file: "Pulumi.local.yaml",
    instead: { local: node, edge: own },
  });
  cloud = await runProgram({
    stack: "prod",
    file: "docs/samples/Pulumi.prod-gke.yaml",
    instead: { edge: { ...names, ...open, enabled: true, certificate: { secret: "public-tls" } } },
  });
});

interface Service {
  readonly type: string;
  readonly ports: readonly { readonly port: number; readonly nodePort?: number }[];
}

/** Services that are reached from outside, with their ports. */
function exposed({ resources }: ProgramRun): unknown[] {
  return resources
    .filter(({ type }) => type === "kubernetes:core/v1:Service")
    .map(({ name, inputs }) => ({ name, ...(inputs as { spec: Service }).spec }))
    .filter(({ type }) => type !== "ClusterIP")
    .map(({ name, type, ports }) => [
      name,
      type,
      ports.map(({ port, nodePort }) => nodePort ?? port),
    ]);
}

const outward = [
  "framewright-edge/edge → framewright-api/api:8000",
  "framewright-edge/edge → framewright-api/api:9002",
];

function waysOut({ resources }: ProgramRun): string[] {
  return edgesOf(resources)
    .pods.map(edgeText)
    .filter((text) => text.startsWith("framewright-edge/"));
}

describe("on a node", () => {
  test("one Service is open, and leads to the API, the worker API and the store", () => {
    expect(exposed(local)).toEqual([["edge-service", "NodePort", [30081, 30443, 30903]]]);
    expect(waysOut(local)).toEqual([
      ...outward,
      "framewright-edge/edge → framewright-data/object-store:7070",
    ]);
    const { clients, ...halves } = { ...edgesOf(local.resources), ...halvesOf(local.resources) };
    expect(new Set(clients.map(({ to }) => to))).toEqual(new Set(["framewright-edge/edge"]));
    expect(halves.out).toEqual(halves.in);
  });

  test("clients are told addresses by TLS, and the authority that they have to know", () => {
    const { apiUrl, workerApiUrl, edgeCa } = local.outputs;
    expect(apiUrl?.value).toBe("https://127.0.0.1:30443");
    expect(workerApiUrl?.value).toBe("https://127.0.0.1:30903");
    expect(edgeCa?.secret).toBe(false);
    expect(new X509Certificate(String(edgeCa?.value)).ca).toBe(true);
    const urls = { api: "https://192.0.2.1:30443", workerApi: "https://192.0.2.1:30903" };
    expect(namesOf({ kind: "node-port" }, urls)).toEqual(["192.0.2.1", "localhost", "127.0.0.1"]);
    expect(namesOf({ kind: "load-balancer" }, urls)).toEqual(["192.0.2.1"]);
  });
});

describe("on a cloud", () => {
  test("one load balancer passes both ports on as they come, from who may", () => {
    expect(exposed(cloud)).toEqual([["edge-service", "LoadBalancer", [80, 443]]]);
    expect(waysOut(cloud)).toEqual(outward);
    const { spec } = inputsOf(cloud.resources, "edge-service") as { spec: object };
    expect(spec).toMatchObject({
      externalTrafficPolicy: "Local",
      loadBalancerSourceRanges: ["0.0.0.0/0"],
    });
  });

  test("the certificate is the Secret that is named, and is nobody's output", () => {
    expect(cloud.outputs["edgeCa"]?.value).toBeUndefined();
    const { spec } = inputsOf(cloud.resources, "edge-pods-deployment") as {
      spec: { template: { spec: { volumes: object[]; topologySpreadConstraints: object[] } } };
    };
    expect(spec.template.spec.volumes).toContainEqual({
      name: "public-tls",
      secret: { secretName: "public-tls" },
    });
    expect(spec.template.spec.topologySpreadConstraints).toHaveLength(2);
    expect(inputsOf(cloud.resources, "edge-pods-budget")).toBeDefined();
  });

  test("the pod goes on while balancers learn that it goes, and then ends what is open", () => {
    const { spec } = inputsOf(cloud.resources, "edge-pods-deployment") as {
      spec: { template: { spec: { terminationGracePeriodSeconds: number; containers: object[] } } };
    };
    expect(spec.template.spec.terminationGracePeriodSeconds).toBe(340);
    expect(spec.template.spec.containers[0]).toMatchObject({
      lifecycle: { preStop: { sleep: { seconds: 30 } } },
    });
  });

  test("no rule of the policy pack for production is broken", () => {
    const settings = profile("strict");
    const resources = [...withDependencies(resourcesOf(goldenOf(cloud).resources))];
    const found = rules
      // Golden files don't say what a Secret is made from.
      .filter(({ name }) => name !== "literal-secrets")
      .filter(({ name }) => settings[name]?.["enforcementLevel"] !== "disabled")
      .flatMap((rule) => evaluateStack(rule, resources, { config: settings[rule.name] ?? {} }));
    expect(found).toEqual([]);
  });
});
