import { expect } from "vitest";
import type { Cloud } from "../harness/cloud.ts";
import type { ScriptRun } from "../harness/checkout.ts";
import type { CloudResource } from "../harness/store.ts";

interface Opened {
  readonly type: string;
  /** Of the resource of that type, what keeps the public out, and what somebody sets it to. */
  readonly field: string;
  readonly value: unknown;
}

/** What somebody opens in the cloud's console. */
const opened: Readonly<Record<"gke" | "eks", Opened>> = {
  gke: {
    type: "gcp:storage/bucket:Bucket",
    field: "publicAccessPrevention",
    value: "inherited",
  },
  eks: {
    type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    field: "blockPublicPolicy",
    value: false,
  },
};

/** Put into the cluster by hand; no output may show it. */
const handmade = "set-by-hand-and-not-to-be-seen";

/** Fails with what the command said. */
function expectEnd({ code, said }: ScriptRun, expected: number): void {
  expect(code, said.slice(-6000)).toBe(expected);
}

function summary({ seconds }: ScriptRun, what: string): string {
  return `${what} (${seconds.toFixed(0)} s)`;
}

/** Nothing is said of a rule either: neither a refusal nor advice. */
function expectNoViolation({ said }: ScriptRun): void {
  expect(said).not.toMatch(/\[(mandatory|advisory)\]|^ +(mandatory|advisory) /m);
}

/** A drift, which changes nothing, neither in the cloud nor in the backend. */
async function runDrift(cloud: Cloud): Promise<ScriptRun> {
  const before = cloud.fingerprint();
  const drift = await cloud.checkout().run("drift");
  expect(cloud.fingerprint()).toBe(before);
  return drift;
}

/** What is there, what the state says and what the program says is the same, and keeps the policies. */
export async function driftFindsNothing(cloud: Cloud): Promise<string> {
  const { stack } = cloud.source;
  const drift = await runDrift(cloud);
  expectEnd(drift, 0);
  expectNoViolation(drift);
  expect(drift.said).toContain(`${stack} has not drifted: the cloud, the state and this commit`);
  return summary(drift, "cloud, state and program agree");
}

function openedOf(cloud: Cloud): Opened & { readonly resource: CloudResource } {
  const what = opened[cloud.source.cloud];
  const [resource] = cloud.view.resources(what.type);
  if (resource === undefined) throw new Error(`there is no ${what.type}`);
  return { ...what, resource };
}

/** Three things that happen to a stack: one in the cloud, and in the cluster a deletion and a secret. */
async function changeBehindPulumi(cloud: Cloud): Promise<void> {
  const { resource, field, value } = openedOf(cloud);
  cloud.view.amend(resource, ({ inputs, outputs, ...rest }) => ({
    ...rest,
    inputs: { ...inputs, [field]: value },
    outputs: { ...outputs, [field]: value },
  }));
  const kube = await cloud.kube();
  const data = ["--namespace", "framewright-data"];
  await kube.must(["delete", "networkpolicy", "deny-all", ...data]);
  const patch = JSON.stringify({ stringData: { REDIS_PASSWORD: handmade } });
  await kube.must(["patch", "secret", "redis-secrets", "--patch", patch, ...data]);
}

/** Says exactly what, with values where they are no secrets, and ends with 1. */
export async function driftNamesChanges(cloud: Cloud): Promise<string> {
  await changeBehindPulumi(cloud);
  const drift = await runDrift(cloud);
  expectEnd(drift, 1);
  const { resource, type, field, value } = openedOf(cloud);
  expect(drift.said).toMatch(
    new RegExp(`~ ${type}: \\(update\\)(?: 🔒)?\\s+\\[id=${resource.id}\\]`),
  );
  expect(drift.said).toMatch(new RegExp(`${field} *: .* => ${JSON.stringify(value)}`));
  expect(drift.said).toMatch(/- kubernetes:networking\.k8s\.io\/v1:NetworkPolicy: \(delete\)/);
  expect(drift.said).toContain("[id=framewright-data/deny-all]");
  expect(drift.said).toContain("[id=framewright-data/redis-secrets]");
  expect(drift.said).toMatch(/REDIS_PASSWORD *: \[secret\]/);
  expect(drift.said).toContain(`${cloud.source.stack} has drifted.`);
  expect(drift.said).not.toContain(handmade);
  expect(drift.said).not.toContain(Buffer.from(handmade).toString("base64"));
  return summary(drift, `changed: ${type} (${field}), a Secret; gone: a NetworkPolicy`);
}

/** Makes all of it as the program says again, and checks the result against the policies. */
export async function deployPutsRight(cloud: Cloud): Promise<string> {
  const { field, value } = openedOf(cloud);
  const deploy = await cloud.checkout().run("deploy");
  expectEnd(deploy, 0);
  expectNoViolation(deploy);
  const { stack } = cloud.source;
  expect(deploy.said).toContain(`${stack} is as this commit says, and keeps the policies.`);
  expect(deploy.said).not.toContain(handmade);
  expect(openedOf(cloud).resource.outputs[field]).not.toEqual(value);
  const kube = await cloud.kube();
  await kube.must(["get", "networkpolicy", "deny-all", "--namespace", "framewright-data"]);
  return summary(deploy, "2 changed back, 1 made again, policies kept");
}
