import { beforeAll, describe, expect, test } from "vitest";
import { oidcOf, oidcVariables } from "../../../api/oidc/settings.ts";
import { noAllowAll } from "../../../policy/rules/access/network-edges.ts";
import { decodeEnv } from "../../../runtime/env.ts";
import { Api } from "../../../services/api/api.ts";
import { Type } from "typebox";
import { apiSettings } from "../../support/api-settings.ts";
import { backends } from "../../support/backends.ts";
import type { Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, registeredOn, testConfig } from "../../support/under-mocks.ts";
import { profile } from "../../policy/kit/goldens.ts";
import { evaluateStack } from "../../policy/kit/evaluate.ts";

const issuer = "https://login.example.com/realms/video";
const section = { issuer, audience: "framewright" };

function apiWith(oidc?: object): Promise<Registration[]> {
  const config = testConfig({
    api: { replicas: { min: 1, max: 1 }, ...(oidc && { oidc: structuredClone(oidc) }) },
  });
  return registeredOn(config, (cluster, on) => {
    new Api(
      "api",
      {
        cluster,
        ...apiSettings(config),
        dependencies: backends(),
        jobAccel: "cpu",
        wakeable: [],
        dubs: false,
        lipSync: false,
      },
      on,
    );
  });
}

function tokenVariables(resources: Registration[]): Record<string, string> {
  const { spec } = inputsOf(resources, "api-server-deployment") as {
    spec: { template: { spec: { containers: [{ env: { name: string; value?: string }[] }] } } };
  };
  const { env } = spec.template.spec.containers[0];
  return Object.fromEntries(
    env.filter(({ name }) => name.startsWith("OIDC_")).map(({ name, value = "" }) => [name, value]),
  );
}

let without: Registration[];
let withIssuer: Registration[];
beforeAll(async () => {
  without = await apiWith();
  withIssuer = await apiWith(section);
});

test("without an issuer the API knows of none, and has no way out to one", () => {
  expect(tokenVariables(without)).toEqual({});
  expect(leaves(without).filter((name) => name.includes("issuer"))).toEqual([]);
});

test("with an issuer there is one more way out, to the public internet on the issuer's port", () => {
  const more = leaves(withIssuer).filter((name) => !leaves(without).includes(name));
  expect(more).toEqual(["NetworkPolicy api-to-issuer-egress"]);
  expect(inputsOf(withIssuer, "api-to-issuer-egress")).toMatchObject({
    metadata: { namespace: "framewright-api" },
    spec: {
      podSelector: { matchLabels: { "app.kubernetes.io/name": "api" } },
      policyTypes: ["Egress"],
      egress: [
        {
          to: [
            {
              ipBlock: {
                cidr: "0.0.0.0/0",
                except: [
                  ...["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"],
                  ...["172.16.0.0/12", "192.168.0.0/16"],
                ],
              },
            },
          ],
          ports: [{ protocol: "TCP", port: 443 }],
        },
      ],
    },
  });
});

test("an issuer in a private network is reached there alone, on its own port", async () => {
  const ranges = ["10.30.0.0/24"];
  const resources = await apiWith({ ...section, issuer: "https://sso.internal:8443/", ranges });
  const { spec } = inputsOf(resources, "api-to-issuer-egress") as { spec: { egress: unknown } };
  expect(spec.egress).toEqual([
    { to: [{ ipBlock: { cidr: "10.30.0.0/24" } }], ports: [{ protocol: "TCP", port: 8443 }] },
  ]);
});

test("the app takes the issuer as config has it", () => {
  const env = decodeEnv(Type.Object(oidcVariables), tokenVariables(withIssuer));
  expect(oidcOf(env)).toEqual({
    ...section,
    projectClaim: "framewright_project",
    scopeClaim: "scope",
    scopes: { read: ["framewright:read"], submit: ["framewright:submit"], admin: [], platform: [] },
  });
});

describe.each(["baseline", "strict"] as const)("the policy pack's profile %s", (name) => {
  test.each<[string, string[]]>([
    [issuer, []],
    ["https://login.example.com:8443", [expect.stringContaining("opens port 8443 to 0.0.0.0/0")]],
  ])("lets the API out to %s: problems %j", async (url, problems) => {
    const resources = (await apiWith({ ...section, issuer: url }))
      .filter(({ name: resource }) => resource === "api-to-issuer-egress")
      .map(({ type, name: resource, inputs }) => ({ type, name: resource, props: inputs }));
    expect(resources).toHaveLength(1);
    const config = profile(name)["no-allow-all"];
    expect(evaluateStack(noAllowAll, resources, { config })).toEqual(problems);
  });
});
