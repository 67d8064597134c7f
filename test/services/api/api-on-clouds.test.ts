import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import type { Cluster, LoadBalancerEdge } from "../../../infra/cluster.ts";
import { Api } from "../../../services/api/api.ts";
import { decodeApiEnv, decodeMigrateEnv } from "../../../api/env.ts";
import type { ApiDependencies } from "../../../services/api/dependencies.ts";
import { urlAsAnother } from "../../../services/kit/backends/database.ts";
import { secret } from "../../../services/kit/pods/env.ts";
import type { StoreCredentials } from "../../../services/kit/backends/store-credentials.ts";
import { internet } from "../../../services/kit/network/network.ts";
import { apiSettings } from "../../support/api-settings.ts";
import { backends } from "../../support/backends.ts";
import { edgesOf } from "../../support/edges.ts";
import { maskSecrets, secretMark, type Registration } from "../../support/mocks.ts";
import { inputsOf, leaves, registeredOn, testConfig } from "../../support/under-mocks.ts";

const edge: LoadBalancerEdge = {
  kind: "load-balancer",
  urls: { api: "https://api.test", workerApi: "https://workers.test" },
  annotations: { "cloud.test/kind": "network" },
  port: 443,
  allowedCidrs: ["192.0.2.0/24"],
  clients: [
    { cidr: "192.0.2.0/24", except: [] },
    { cidr: "10.0.0.0/16", except: [] },
  ],
};
const keys: StoreCredentials = {
  kind: "keys",
  accessKeyId: pulumi.secret("GOOG-key-id"),
  secretAccessKey: pulumi.secret("key-secret"),
};
const podIdentity: StoreCredentials = {
  kind: "pod-identity",
  agent: { cidr: "169.254.170.23/32", port: 80 },
};

const databaseUrl = pulumi.secret("postgres://u:password-of-database@db.test:5432/app");

function cloudDependencies(credentials: StoreCredentials): ApiDependencies {
  const network = { cidr: "10.30.0.0/24", except: [] };
  return {
    ...backends(),
    database: {
      endpoint: { blocks: [network], port: 5432 },
      url: databaseUrl,
      urlAs: urlAsAnother(databaseUrl),
      ca: pulumi.output("PEM of the authorities"),
    },
    mediaStore: {
      endpoint: { blocks: [internet], port: 443 },
      insideUrl: "https://storage.test",
      writeOnce: "generation-match",
      publicUrl: "https://storage.test",
      region: "us-central1",
      bucket: secret("media-1234567"),
      credentials,
    },
  };
}

interface Deployed {
  readonly resources: Registration[];
  readonly api: Api;
}

async function deployApi(
  credentials: StoreCredentials,
  jobAccel: "cpu" | "nvenc",
): Promise<Deployed> {
  const config = testConfig();
  const made: Api[] = [];
  const resources = await registeredOn(config, (local: Cluster, on) => {
    const cluster: Cluster = { ...local, edge };
    const dependencies = cloudDependencies(credentials);
    const settings = {
      ...apiSettings(config),
      dependencies,
      jobAccel,
      dubs: jobAccel !== "cpu",
      lipSync: false,
      wakeable: jobAccel === "cpu" ? [] : (["nvenc.720p", "nvenc.1080p"] as const),
    };
    made.push(new Api("api", { cluster, ...settings }, on));
  });
  const [api] = made;
  if (api === undefined) throw new Error("the API was not deployed");
  return { resources, api };
}

let gke: Deployed;
let eks: Deployed;
beforeAll(async () => {
  gke = await deployApi(keys, "cpu");
  eks = await deployApi(podIdentity, "nvenc");
});

function environmentOf(name: string, resources: Registration[]): Record<string, string> {
  const { spec } = inputsOf(resources, name) as {
    spec: { template: { spec: { containers: [{ env: { name: string; value?: string }[] }] } } };
  };
  const urls: Record<string, string> = {
    DATABASE_URL: "postgres://u:p@h:5432/d",
    AMQP_URL: "amqp://u:p@h:5672/%2F",
    REDIS_URL: "redis://:p@h:6379",
    S3_BUCKET: "media-1234567",
    BOOTSTRAP_API_KEY: "",
    DATABASE_LOGINS: "[]",
  };
  return Object.fromEntries(
    spec.template.spec.containers[0].env.map(({ name: key, value }) => [
      key,
      value ?? urls[key] ?? "0123456789abcdef",
    ]),
  );
}

function secretsOf(name: string, resources: Registration[]): unknown {
  return maskSecrets(inputsOf(resources, `${name}-secrets`).data);
}

describe("on a load balancer", () => {
  test("URLs are those that clients write", () => {
    expect(gke.api.url).toBe("https://api.test");
    expect(gke.api.workerUrl).toBe("https://workers.test");
    expect(gke.api.playbackBase).toBe("https://api.test/v1/playback");
  });

  test.each([
    ["api-balancer", "api-public", "http"],
    ["api-worker-balancer", "worker-api-public", "worker"],
  ])("%s takes port 443 to the port %s of the pods, for those who may", (name, service, port) => {
    expect(inputsOf(gke.resources, name)).toMatchObject({
      metadata: { name: service, annotations: { "cloud.test/kind": "network" } },
      spec: {
        type: "LoadBalancer",
        externalTrafficPolicy: "Local",
        loadBalancerSourceRanges: ["192.0.2.0/24"],
        ports: [{ port: 443, targetPort: port }],
      },
    });
  });

  test("pods find the API under the names and ports that they have everywhere", () => {
    expect(inputsOf(gke.resources, "api-service")).toMatchObject({
      metadata: { name: "api" },
      spec: { type: "ClusterIP", ports: [{ port: 8000 }] },
    });
    expect(inputsOf(gke.resources, "api-worker-service")).toMatchObject({
      metadata: { name: "worker-api" },
      spec: { type: "ClusterIP", ports: [{ port: 9002 }] },
    });
  });

  test("the clients' blocks, and nobody else, may connect to its two ports", () => {
    const clients = [{ ipBlock: { cidr: "192.0.2.0/24" } }, { ipBlock: { cidr: "10.0.0.0/16" } }];
    for (const name of ["api-http-clients", "api-worker-clients"]) {
      expect(inputsOf(gke.resources, name)).toMatchObject({
        spec: { ingress: [{ from: clients }] },
      });
    }
  });

  test("replicas are the autoscaler's, by seed 002", () => {
    expect(inputsOf(gke.resources, "api-server-deployment").spec).not.toHaveProperty("replicas");
    expect(inputsOf(gke.resources, "api-server-autoscaler")).toMatchObject({
      spec: { minReplicas: 3, maxReplicas: 10 },
    });
  });
});

describe("with a bucket", () => {
  test("keys and the bucket's name are in the Secret, and the spec stays plain text", () => {
    expect(secretsOf("api-server", gke.resources)).toMatchObject({
      S3_BUCKET: secretMark,
      S3_ACCESS_KEY_ID: secretMark,
      S3_SECRET_ACCESS_KEY: secretMark,
    });
    expect(
      JSON.stringify(maskSecrets(inputsOf(gke.resources, "api-server-deployment"))),
    ).not.toMatch(/media-1234567|GOOG-key-id|<secret>/);
  });

  test("the app takes the environment with keys", () => {
    expect(decodeApiEnv(environmentOf("api-server-deployment", gke.resources))).toMatchObject({
      s3: { endpoint: "https://storage.test", region: "us-central1", bucket: "media-1234567" },
      jobAccel: "cpu",
      wakeable: [],
      trustProxyHops: 0,
      database: { caFile: "/etc/framewright/database-ca.pem" },
    });
  });

  test("the app takes the environment without keys", () => {
    const env = environmentOf("api-server-deployment", eks.resources);
    expect(env).not.toHaveProperty("S3_ACCESS_KEY_ID");
    expect(env).not.toHaveProperty("S3_SECRET_ACCESS_KEY");
    const { s3, jobAccel, wakeable, dubbing } = decodeApiEnv(env);
    expect(dubbing).toBe("on");
    expect(wakeable).toEqual(["nvenc.720p", "nvenc.1080p"]);
    expect(s3.keys).toBeUndefined();
    expect(jobAccel).toBe("nvenc");
  });

  test("the way to it leads to the internet, and to the node's agent where that hands out credentials", () => {
    const out = { cidr: "0.0.0.0/0", except: internet.except };
    expect(inputsOf(eks.resources, "api-to-object-store-egress")).toMatchObject({
      spec: { egress: [{ to: [{ ipBlock: out }], ports: [{ port: 443 }] }] },
    });
    expect(inputsOf(eks.resources, "api-to-credentials-egress")).toMatchObject({
      spec: {
        egress: [{ to: [{ ipBlock: { cidr: "169.254.170.23/32" } }], ports: [{ port: 80 }] }],
      },
    });
    expect(leaves(gke.resources)).not.toContain("NetworkPolicy api-to-credentials-egress");
  });
});

describe("with a managed database", () => {
  test.each(["api-server", "api-migration"])("%s mounts the authorities as a file", (name) => {
    const kind = name === "api-server" ? "deployment" : "job";
    const { spec } = inputsOf(gke.resources, `${name}-${kind}`) as {
      spec: { template: { spec: { containers: [{ volumeMounts: unknown[] }] } } };
    };
    expect(spec.template.spec.containers[0].volumeMounts).toContainEqual({
      name: "files",
      mountPath: "/etc/framewright/database-ca.pem",
      subPath: "database-ca.pem",
      readOnly: true,
    });
    expect(secretsOf(name, gke.resources)).toHaveProperty(["database-ca.pem"], secretMark);
  });

  test("the migration takes its environment", () => {
    expect(decodeMigrateEnv(environmentOf("api-migration-job", gke.resources))).toMatchObject({
      database: { caFile: "/etc/framewright/database-ca.pem" },
    });
  });

  test.each(["api-to-database-egress", "api-migration-to-database-egress"])(
    "%s leads to its network alone",
    (name) => {
      expect(inputsOf(gke.resources, name)).toMatchObject({
        spec: {
          egress: [{ to: [{ ipBlock: { cidr: "10.30.0.0/24" } }], ports: [{ port: 5432 }] }],
        },
      });
    },
  );

  test("of pods, only the broker and the cache are left to call", () => {
    expect(edgesOf(gke.resources).pods.map(({ to }) => to)).toEqual([
      "framewright-data/rabbitmq",
      "framewright-data/redis",
    ]);
  });
});
