import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startControlPlane, type ControlPlane } from "../../support/control-plane.ts";
import { CliProject, summary } from "./harness/cli-project.ts";

let cluster: ControlPlane;
let project: CliProject;
let env: Record<string, string>;

beforeAll(async () => {
  cluster = await startControlPlane();
  cluster.kubectl("create", "configmap", "patched", "--from-literal=theirs=1");
  env = { TEST_KUBECONFIG: cluster.kubeconfig };
  project = await new CliProject("lifecycle", env).init();
});

afterAll(async () => {
  await cluster.stop();
  project.dispose();
});

function read(kind: string, name: string, path: string, namespace = "lifecycle"): string {
  return cluster.kubectl("get", kind, name, "--namespace", namespace, `--output=jsonpath=${path}`);
}

function exists(kind: string, name: string, namespace = "lifecycle"): boolean {
  return (
    cluster.kubectl("get", kind, name, "-n", namespace, "--ignore-not-found", "-o", "name") !== ""
  );
}

const created = [
  "definition: create",
  "deployment: create",
  "fixed: create",
  "identifier: create",
  "later: create",
  "named: create",
  "namespace: create",
  "password: create",
  "patch: create",
  "provider: create",
  "secret: create",
  "service: create",
  "widget: create",
];

describe("a program's life through the pulumi CLI", () => {
  let oldConfigMap: unknown;

  it("previews everything while the kubeconfig is not known yet", async () => {
    const preview = await project.operation("preview", { UNKNOWN: "true" });
    expect(preview.code, preview.messages.join("\n")).toBe(0);
    expect(summary(preview)).toEqual(created);
  });

  it("previews a first deployment, whose namespace and kinds do not exist yet, without touching the cluster", async () => {
    const preview = await project.operation("preview");
    expect(preview.code, preview.messages.join("\n")).toBe(0);
    expect(summary(preview)).toEqual(created);
    expect(exists("namespace", "lifecycle")).toBe(false);
  });

  it("creates everything", async () => {
    const up = await project.operation("up");
    expect(up.messages).toEqual([]);
    expect(up.code).toBe(0);
    expect(summary(up)).toEqual(created);
    expect(read("widget", "widget", "{.spec.size}")).toBe("1");
    expect(read("configmap", "patched", "{.data}", "default")).toBe('{"ours":"1","theirs":"1"}');
    const managers = read("deployment", "idle", "{.metadata.managedFields[*].manager}");
    expect(managers).toMatch(/pulumi-kubernetes-[0-9a-f]{8}/);
  });

  it("names what has no name after the resource, and stores generated values", async () => {
    const outputs = await project.outputs();
    oldConfigMap = outputs["configMapName"];
    expect(oldConfigMap).toMatch(/^named-[0-9a-f]{8}$/);
    const password = String(outputs["passwordValue"]);
    expect(password).toHaveLength(32);
    expect(outputs["bcrypt"]).toMatch(/^\$2a\$10\$.{53}$/);
    const stored = read("secret", String(outputs["secretName"]), "{.data.url}");
    expect(Buffer.from(stored, "base64").toString()).toBe(`redis://:${password}@redis`);
  });

  it("keeps every secret out of the exported state, in any encoding", async () => {
    const password = String((await project.outputs())["passwordValue"]);
    const state = await project.exported();
    for (const text of [password, `redis://:${password}@redis`]) {
      expect(state).not.toContain(text);
      expect(state).not.toContain(JSON.stringify(text).slice(1, -1));
      expect(state).not.toContain(Buffer.from(text).toString("base64"));
    }
  });

  it("changes nothing when run again", async () => {
    const up = await project.operation("up", {}, "--expect-no-changes");
    expect(up.code, up.messages.join("\n")).toBe(0);
  });

  it("sees drift in a refresh, and repairs it with the next update", async () => {
    const merge = (kind: string, name: string, patch: object): void => {
      cluster.kubectl(
        "patch",
        kind,
        name,
        "--namespace=lifecycle",
        "--type=merge",
        "-p",
        JSON.stringify(patch),
      );
    };
    merge("deployment", "idle", { metadata: { labels: { app: "drifted" } } });
    merge("configmap", "fixed", { data: { value: "drifted" } });
    cluster.kubectl("delete", "service", "idle", "--namespace=lifecycle");
    const refresh = await project.operation("refresh");
    expect(refresh.code, refresh.messages.join("\n")).toBe(0);
    const preview = await project.operation("preview");
    expect(summary(preview)).toEqual([
      "deployment: update",
      "fixed: create-replacement",
      "fixed: delete-replaced",
      "fixed: replace",
      "service: create",
    ]);
    const up = await project.operation("up");
    expect(up.messages).toEqual([]);
    expect(read("deployment", "idle", "{.metadata.labels.app}")).toBe("idle");
    expect(read("configmap", "fixed", "{.data.value}")).toBe("1");
    expect(exists("service", "idle")).toBe(true);
  });

  it("updates in place what can change and replaces what cannot, deleting first where the name is fixed", async () => {
    const up = await project.operation("up", { PHASE: "second" });
    expect(up.messages).toEqual([]);
    expect(summary(up)).toEqual([
      "deployment: update",
      "fixed: create-replacement",
      "fixed: delete-replaced",
      "fixed: replace",
      "identifier: create-replacement",
      "identifier: delete-replaced",
      "identifier: replace",
      "named: create-replacement",
      "named: delete-replaced",
      "named: replace",
      "patch: update",
      "widget: update",
    ]);
    const order = (name: string): string[] =>
      up.steps.filter(({ urn }) => urn.endsWith(`::${name}`)).map(({ op }) => op);
    expect(order("fixed")[0]).toBe("delete-replaced");
    expect(order("named").at(-1)).toBe("delete-replaced");
    const change = up.steps.find(({ urn }) => urn.endsWith("::deployment"))?.detailedDiff;
    expect(Object.keys(change ?? {})).toEqual(["metadata.annotations.note"]);
    expect(exists("configmap", String(oldConfigMap))).toBe(false);
    expect(read("widget", "widget", "{.spec.size}")).toBe("2");
  });

  it("destroys everything, waits until it is gone, and lets go of what it only patched", async () => {
    const destroy = await project.operation("destroy", { PHASE: "second" });
    expect(destroy.messages).toEqual([]);
    expect(destroy.code).toBe(0);
    expect(exists("namespace", "lifecycle")).toBe(false);
    expect(exists("customresourcedefinition", "widgets.test.example")).toBe(false);
    expect(read("configmap", "patched", "{.data}", "default")).toBe('{"theirs":"1"}');
  });
});
