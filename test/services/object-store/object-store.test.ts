import * as pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { knownText } from "../../../services/kit/secrets/secret-text.ts";
import { ObjectStore } from "../../../services/object-store/object-store.ts";
import type { Registration } from "../../support/mocks.ts";
import {
  inputsOf,
  leaves,
  platformOn,
  registeredOn,
  testConfig,
} from "../../support/under-mocks.ts";

let resources: Registration[];
let store: ObjectStore;
beforeAll(async () => {
  const config = testConfig({
    local: { nodeFile: "test/support/node.json", ports: { objectStore: 31070 } },
  });
  resources = await registeredOn(config, (cluster, on) => {
    const { edge } = cluster;
    if (edge.kind !== "node-port") throw new Error("stack local has node ports");
    store = new ObjectStore("object-store", { cluster, edge, ...config.objectStore }, on);
  });
});

test("the object store is exactly these resources", () => {
  expect(leaves(resources)).toEqual([
    "NetworkPolicy object-store-clients",
    "RandomPassword object-store-access-key",
    "RandomPassword object-store-owner-access-key",
    "RandomPassword object-store-owner-secret-key",
    "RandomPassword object-store-secret-key",
    "Secret object-store-server-secrets",
    "Service object-store-server-nodes",
    "Service object-store-server-service",
    "ServiceAccount object-store-server-account",
    "StatefulSet object-store-server-set",
  ]);
});

test("pods and clients reach it under different addresses", () => {
  expect(store.insideUrl).toBe("http://object-store.framewright-data.svc.cluster.local:7070");
  expect(store.publicUrl).toBe("http://127.0.0.1:31070");
});

test("its node port is the configured one, and open to all but pods", () => {
  expect(inputsOf(resources, "object-store-server-service")).toMatchObject({
    spec: { type: "NodePort", ports: [{ port: 7070, nodePort: 31070 }] },
  });
  expect(inputsOf(resources, "object-store-clients")).toMatchObject({
    spec: {
      ingress: [
        {
          from: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.244.0.0/16"] } }],
          ports: [{ protocol: "TCP", port: 7070 }],
        },
      ],
    },
  });
});

test("its clients get the keys of the bucket's owner, never the root keys", async () => {
  const { credentials } = store;
  if (credentials.kind !== "keys") throw new Error("the store has keys");
  const { accessKeyId, secretAccessKey } = credentials;
  const given = await new Promise<string[]>((resolve) => {
    pulumi.all([knownText(accessKeyId, "it"), knownText(secretAccessKey, "it")]).apply(resolve);
  });
  // The mocks make passwords of the names of their resources.
  expect(given).toEqual([
    expect.stringMatching(/^objectstoreownerac/),
    expect.stringMatching(/^objectstoreownersecretkey/),
  ]);
});

test("with TLS it shows the certificate in its Secret, and whoever reads and writes media trusts its authority", async () => {
  const config = testConfig({ objectStore: { tls: "required" }, edge: { enabled: true } });
  const all = await platformOn(config);
  const set = JSON.stringify(inputsOf(all, "object-store-server-set"));
  expect(set).toContain('{"name":"VGW_CERT","value":"/etc/framewright-tls/tls.crt"}');
  expect(set).toContain('"httpGet":{"path":"/health","port":"s3","scheme":"HTTPS"}');
  expect(set).toContain('"secret":{"defaultMode":288,"secretName":"object-store-tls"}');
  for (const pods of ["api-server-deployment", "workers-cpu-pods-deployment"]) {
    const text = JSON.stringify(inputsOf(all, pods));
    expect(text).toContain(
      '{"name":"NODE_EXTRA_CA_CERTS","value":"/etc/framewright/media-store-ca.pem"}',
    );
    expect(text).toContain('"mountPath":"/etc/framewright/media-store-ca.pem"');
  }
  expect(JSON.stringify(inputsOf(all, "api-server-deployment"))).toContain(
    '{"name":"S3_ENDPOINT","value":"https://object-store.framewright-data.svc.cluster.local:7070"}',
  );
  const edge = inputsOf(all, "edge-pods-config") as { data: Record<string, string> };
  expect(edge.data["haproxy.cfg"]).toContain(
    "ssl verify required ca-file /etc/framewright/media-store-ca.pem",
  );
});
