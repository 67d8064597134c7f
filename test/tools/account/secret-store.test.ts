import { describe, expect, it, vi } from "vitest";
import { preflight } from "../../../tools/account/preflight.ts";
import { secretStoreProblems } from "../../../tools/account/secret-store.ts";
import { stackOf } from "../../../tools/policy/stacks.ts";
import type { Kubectl } from "../../../tools/restore/kubectl.ts";
import { AwsAccount } from "../../standins/accounts/aws-account.ts";

interface Made {
  /** Versions that the cluster serves; none: it does not know the kind. */
  readonly versions?: readonly string[];
  readonly stores?: readonly unknown[];
}

function clusterWith({ versions = ["v1"], stores = [] }: Made): Kubectl {
  return (args) => {
    const text = args.includes("crd")
      ? { spec: { versions: versions.map((name) => ({ name, served: true })) } }
      : { items: stores };
    return Promise.resolve(versions.length === 0 ? "" : JSON.stringify(text));
  };
}

function storeNamed(name: string, status?: unknown) {
  return { metadata: { name }, status };
}

const ready = { conditions: [{ type: "Ready", status: "True" }] };
const broken = {
  conditions: [{ type: "Ready", status: "False", reason: "Invalid", message: "no credentials" }],
};

describe("a store of secrets", () => {
  it("that is ready has no problem", async () => {
    const kubectl = clusterWith({ stores: [storeNamed("framewright", ready)] });
    expect(await secretStoreProblems("framewright", kubectl)).toEqual([]);
  });

  it.each([
    [{ versions: [] }, "has no kind ExternalSecret, and secrets.source is external-secrets: docs"],
    [{ versions: ["v1beta1"] }, "serves v1beta1 and not v1: bring it to 0.16 or later"],
    [{}, "no ClusterSecretStore framewright (secrets.store); it has none: make it"],
    [
      { stores: [storeNamed("other", ready)] },
      "no ClusterSecretStore framewright (secrets.store); it has other: make it, or name",
    ],
    [
      { stores: [storeNamed("framewright", broken)] },
      "framewright (secrets.store) is not ready: no credentials. Look at its provider",
    ],
    [
      { stores: [storeNamed("framewright")] },
      "framewright (secrets.store) is not ready: it has no condition Ready yet",
    ],
  ] satisfies [Made, string][])("%o is told with what to do", async (made, told) => {
    const problems = await secretStoreProblems("framewright", clusterWith(made));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(told);
  });
});

/** The preflight of the sample, in an account that has everything, with this cluster. */
async function look(kubectl: Kubectl | undefined): Promise<string> {
  const account = await AwsAccount.start({ region: "us-east-1" });
  for (const [name, value] of Object.entries(account.env)) vi.stubEnv(name, value);
  const said: string[] = [];
  vi.spyOn(console, "log").mockImplementation((text) => {
    said.push(String(text));
  });
  const source = {
    ...stackOf("prod"),
    file: "docs/samples/Pulumi.prod-eks-secrets.yaml",
  };
  try {
    await preflight(source, undefined, (_stack, _config, ask) =>
      kubectl === undefined ? Promise.resolve(undefined) : ask(kubectl),
    );
  } catch (error) {
    said.push(String(error));
  } finally {
    account.stop();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  }
  return said.join("\n");
}

describe("npm run preflight", () => {
  it("ends where the store of a stack is not ready", async () => {
    const said = await look(clusterWith({ stores: [storeNamed("framewright", broken)] }));
    expect(said).toMatch(
      /Error: prod would wait for its secrets: the ClusterSecretStore framewright/,
    );
  });

  it("says that the store is ready, and what a stack without a cluster has to do first", async () => {
    expect(await look(clusterWith({ stores: [storeNamed("framewright", ready)] }))).toContain(
      "The store of secrets framewright is ready.",
    );
    expect(await look(undefined)).toContain("has no cluster yet");
  });
});
