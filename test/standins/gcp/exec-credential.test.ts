import { describe, expect, it } from "vitest";
import { parseJson } from "../../../tools/plugins/kit/json.ts";
import type { Entry } from "../kit/store.ts";
import { clusterFor, execCredential } from "./exec-credential.ts";

function cluster(name: string, endpoint: string): Entry {
  const stored = { provider: "gcp", type: "cluster", id: name, name, createdAt: "", file: "" };
  return { ...stored, inputs: {}, outputs: { endpoint } };
}

const clusters = [cluster("one", "127.66.0.1"), cluster("two", "127.66.0.2:8443")];

function asking(server: string): string {
  return JSON.stringify({ spec: { cluster: { server } } });
}

describe("the credential plugin of GKE", () => {
  it("hands out the token of the cluster that a client talks to", () => {
    expect(clusterFor(asking("https://127.66.0.2:8443"), clusters)?.name).toBe("two");
  });

  it.each([undefined, asking("https://127.66.0.3"), '{"spec":{"interactive":false}}'])(
    "takes the first cluster where it is told no other (%s)",
    (info) => {
      expect(clusterFor(info, clusters)?.name).toBe("one");
      expect(clusterFor(info, [])).toBeUndefined();
    },
  );

  it("prints what client-go reads, for an hour", () => {
    expect(parseJson(execCredential("secret", Date.UTC(2026, 0, 1)))).toMatchObject({
      apiVersion: "client.authentication.k8s.io/v1beta1",
      kind: "ExecCredential",
      status: { token: "secret", expirationTimestamp: "2026-01-01T01:00:00Z" },
    });
  });
});
