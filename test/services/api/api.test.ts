import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { clientKeyKind, isKey } from "@framewright/contracts/api-key.ts";
import type { StackConfig } from "../../../config/load.ts";
import { Api } from "../../../services/api/api.ts";
import { decodeApiEnv } from "../../../api/env.ts";
import { knownText } from "../../../services/kit/secrets/secret-text.ts";
import { decodeProfiles } from "../../../api/stack-documents.ts";
import { apiSettings } from "../../support/api-settings.ts";
import { backends } from "../../support/backends.ts";
import { edgesOf, halvesOf } from "../../support/edges.ts";
import { builtIn } from "../../support/profiles.ts";
import { maskSecrets, type Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, registeredOn, testConfig } from "../../support/under-mocks.ts";

interface Deployed {
  readonly resources: Registration[];
  readonly bootstrapKey: string;
}

async function deployApi(config: StackConfig): Promise<Deployed> {
  let key: pulumi.Output<string> = pulumi.output("");
  const resources = await registeredOn(config, (cluster, on) => {
    const dependencies = backends();
    const made = new Api(
      "api",
      {
        cluster,
        ...apiSettings(config),
        dependencies,
        jobAccel: "cpu",
        wakeable: [],
        dubs: false,
        lipSync: false,
      },
      on,
    );
    key = knownText(made.bootstrapApiKey, "the key");
  });
  const bootstrapKey = await new Promise<string>((resolve) => {
    key.apply((text) => {
      resolve(text);
    });
  });
  return { resources, bootstrapKey };
}

let one: Deployed;
let three: Deployed;
let otherImage: Deployed;
beforeAll(async () => {
  const config = testConfig({ api: { replicas: { min: 1, max: 1 } } });
  one = await deployApi(config);
  three = await deployApi(testConfig({ api: { replicas: { min: 3, max: 3 } } }));
  const images = { kind: "registry", registry: "registry.test", tag: "v2" } as const;
  if (config.cloud !== "local") throw new Error(`the test config is of cloud ${config.cloud}`);
  otherImage = await deployApi({ ...config, target: { ...config.target, images } });
});

test("the API with one replica is exactly these resources", () => {
  expect(leaves(one.resources)).toEqual([
    "Deployment api-server-deployment",
    "Job api-migration-job",
    "NetworkPolicy api-http-clients",
    "NetworkPolicy api-migration-to-database-egress",
    "NetworkPolicy api-migration-to-database-ingress",
    "NetworkPolicy api-to-broker-egress",
    "NetworkPolicy api-to-broker-ingress",
    "NetworkPolicy api-to-cache-egress",
    "NetworkPolicy api-to-cache-ingress",
    "NetworkPolicy api-to-database-egress",
    "NetworkPolicy api-to-database-ingress",
    "NetworkPolicy api-to-object-store-egress",
    "NetworkPolicy api-to-object-store-ingress",
    "NetworkPolicy api-worker-clients",
    "RandomPassword api-bootstrap-key",
    "RandomPassword api-database-password",
    "RandomPassword api-playback-secret",
    "RandomPassword api-playback-secret-1",
    "RandomPassword api-webhook-key",
    "RandomPassword api-worker-admin-secret",
    "RandomPassword api-worker-admin-secret-1",
    "Secret api-migration-secrets",
    "Secret api-server-secrets",
    "Service api-service",
    "Service api-worker-service",
    "ServiceAccount api-migration-account",
    "ServiceAccount api-server-account",
  ]);
});

test("with three replicas it is the same, and a disruption budget", () => {
  const more = leaves(three.resources).filter((name) => !leaves(one.resources).includes(name));
  expect(more).toEqual(["PodDisruptionBudget api-server-budget"]);
  expect(inputsOf(three.resources, "api-server-deployment")).toMatchObject({
    spec: {
      replicas: 3,
      template: {
        spec: {
          topologySpreadConstraints: [
            { topologyKey: "kubernetes.io/hostname" },
            { topologyKey: "topology.kubernetes.io/zone" },
          ],
        },
      },
    },
  });
});

test("the bootstrap key has the form and the checksum of a client key", () => {
  expect(isKey(clientKeyKind, one.bootstrapKey)).toBe(true);
});

interface ContainerEnv {
  readonly name: string;
  readonly value?: string;
}

function environment(resources: Registration[]): ContainerEnv[] {
  const { spec } = inputsOf(resources, "api-server-deployment") as {
    spec: { template: { spec: { containers: [{ env: ContainerEnv[] }] } } };
  };
  return spec.template.spec.containers[0].env;
}

test("profiles of the config reach the app, which takes them", async () => {
  const [mobile] = [...builtIn.values()].map((one) => ({ ...one, name: "mobile" }));
  if (!mobile) throw new Error("there is no profile");
  const { resources } = await deployApi(testConfig({ api: { profiles: [mobile] } }));
  const given = environment(resources).find(({ name }) => name === "PROFILES");
  expect(decodeProfiles(given?.value)).toEqual({ value: [mobile], problems: [] });
  expect(environment(one.resources).map(({ name }) => name)).not.toContain("PROFILES");
});

test("the app accepts the environment that the component gives it", () => {
  const secrets: Record<string, string> = {
    DATABASE_URL: "postgres://u:p@h:5432/d",
    AMQP_URL: "amqp://u:p@h:5672/%2F",
    REDIS_URL: "redis://:p@h:6379",
    WORKER_ADMIN_SECRET: "0123456789abcdef",
    WORKER_ADMIN_SECRET_NEXT: "0123456789abcdef",
    PLAYBACK_SECRET: "0123456789abcdef",
    PLAYBACK_SECRET_NEXT: "0123456789abcdef",
    WEBHOOK_KEY: "0123456789abcdef",
  };
  const env = Object.fromEntries(
    environment(one.resources).map(({ name, value }) => [name, value ?? secrets[name] ?? "x"]),
  );
  expect(decodeApiEnv(env)).toMatchObject({
    port: 8000,
    workerPort: 9002,
    metricsPort: 9090,
    leaseSeconds: 30,
    publicUrl: "http://127.0.0.1:30080",
    logLevel: "info",
  });
});

test("credentials are in the Secret, and only there", () => {
  expect(maskSecrets(inputsOf(one.resources, "api-server-secrets").data)).toEqual(
    Object.fromEntries(
      [
        "DATABASE_URL",
        "AMQP_URL",
        "REDIS_URL",
        "S3_ACCESS_KEY_ID",
        "S3_SECRET_ACCESS_KEY",
        "WORKER_ADMIN_SECRET",
        "WORKER_ADMIN_SECRET_NEXT",
        "PLAYBACK_SECRET",
        "PLAYBACK_SECRET_NEXT",
        "WEBHOOK_KEY",
      ].map((name) => [name, "<secret>"]),
    ),
  );
  const plain = one.resources.filter(({ type }) => !type.endsWith(":Secret"));
  expect(JSON.stringify(plain)).not.toContain("password-of");
});

function jobName(resources: Registration[]): unknown {
  return (inputsOf(resources, "api-migration-job").metadata as { name: unknown }).name;
}

test("the migration Job has another name for another image, and the same for the same", () => {
  expect(jobName(three.resources)).toBe(jobName(one.resources));
  expect(jobName(otherImage.resources)).not.toBe(jobName(one.resources));
});

test("both sides of each of the API's edges are open, and clients reach its two ports", () => {
  const { out, in: into } = halvesOf(one.resources);
  expect(out).toEqual(into);
  expect(edgesOf(one.resources).clients).toEqual([
    { to: "framewright-api/api", port: 8000 },
    { to: "framewright-api/api", port: 9002 },
  ]);
});
