import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { imagePolicySpec } from "../../infra/tenancy/image-policy.ts";
import { startControlPlane, type ControlPlane } from "../support/control-plane.ts";

/** The policy as a real API server evaluates it. */
const registry = "registry.example.com/framewright";
const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const api = `${registry}/api:1.0.0@${digest}`;
const keda = "ghcr.io/kedacore/keda:2.21.0";
const policy = "framewright-images";
const ours = { label: "framewright.dev/role", except: "models" };
const sources = { registry, byDigest: true, others: ["ghcr.io/kedacore/keda"] };
const admission = "admissionregistration.k8s.io/v1";

function namespace(name: string, role?: string) {
  const labels = role === undefined ? {} : { "framewright.dev/role": role };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

const objects = [
  namespace("ours", "workers"),
  namespace("tenants", "models"),
  namespace("others"),
  {
    ...{ apiVersion: admission, kind: "ValidatingAdmissionPolicyBinding" },
    metadata: { name: policy },
    spec: { policyName: policy, validationActions: ["Deny"] },
  },
];

const container = (image: string, name = "main") => ({ name, image });

function pod(where: string, image: string, first?: string) {
  const spec = {
    containers: [container(image)],
    ...(first !== undefined && { initContainers: [container(first, "first")] }),
  };
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "one", namespace: where }, spec };
}

const patience = { timeout: 120_000, interval: 500 };
const elsewhere = /images of this namespace come from registry\.example\.com\/framewright, not/;

let plane: ControlPlane;

/** What the API server says of an object, of which nothing stays. */
function refusal(object: object): string {
  try {
    plane.kubectlWithInput(JSON.stringify(object), "create", "--dry-run=server", "-f", "-");
    return "";
  } catch (error) {
    return String(error);
  }
}

beforeAll(async () => {
  plane = await startControlPlane();
  const list = { apiVersion: "v1", kind: "List", items: objects };
  plane.kubectlWithInput(JSON.stringify(list), "apply", "-f", "-");
  for (const where of ["ours", "tenants", "others"]) {
    // Its account comes a moment after the namespace.
    await vi.waitFor(() => {
      expect(refusal(pod(where, "any"))).toBe("");
    }, patience);
  }
  // One from before the policy, whose image is of another registry.
  const old = {
    ...pod("ours", "docker.io/library/busybox:1"),
    metadata: { name: "old", namespace: "ours" },
  };
  plane.kubectlWithInput(JSON.stringify(old), "create", "-f", "-");
  const spec = imagePolicySpec(sources, ours);
  const object = {
    apiVersion: admission,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: policy },
    spec,
  };
  plane.kubectlWithInput(JSON.stringify(object), "apply", "-f", "-");
  // The API server takes it up within seconds.
  await vi.waitFor(() => {
    expect(refusal(pod("ours", "any"))).toMatch(elsewhere);
  }, patience);
});

afterAll(async () => {
  await plane.stop();
});

test.each([
  ["an image of the registry by its digest", pod("ours", api)],
  ["one of a repository that is named", pod("ours", keda)],
  ["a first step by digest", pod("ours", api, api)],
  ["any image of a tenant", pod("tenants", "docker.io/somebody/model:1")],
  ["any image of a namespace that is not ours", pod("others", "docker.io/library/busybox:1")],
])("%s is let in", (_, object) => {
  expect(refusal(object)).toBe("");
});

test.each([
  ["an image of another registry", pod("ours", `docker.io/framewright/api@${digest}`), elsewhere],
  ["a first step of another registry", pod("ours", api, "docker.io/library/busybox:1"), elsewhere],
  [
    "a registry whose name begins alike",
    pod("ours", `${registry}.evil.example/api@${digest}`),
    elsewhere,
  ],
  ["a repository whose name begins alike", pod("ours", "ghcr.io/kedacore/keda-evil:1"), elsewhere],
  ["an image by its tag alone", pod("ours", `${registry}/api:1.0.0`), /are named by digest/],
  ["a digest that is none", pod("ours", `${registry}/api@sha256:0123`), /digest|Invalid/],
])("%s is refused", (_, object, says) => {
  expect(refusal(object)).toMatch(says);
});

test("a pod from before the policy can be labelled, and takes no other image", () => {
  expect(() => plane.kubectl("-n", "ours", "label", "pod", "old", "seen=yes")).not.toThrow();
  const set = (image: string) =>
    plane.kubectl("-n", "ours", "set", "image", "pod/old", `main=${image}`);
  expect(() => set("docker.io/library/busybox:2")).toThrow(elsewhere);
  expect(() => set(api)).not.toThrow();
});

test("nobody puts a container of another registry beside those of a pod by hand", () => {
  const debug = ["debug", "pod/old", "--image=docker.io/library/busybox:1.37", "-c", "shell"];
  expect(() => plane.kubectl("-n", "ours", ...debug)).toThrow(elsewhere);
});
