import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { finished, summary, type Operation } from "../../tools/plugins/harness/cli-project.ts";
import { cloudProject, type CloudProject } from "../kit/cloud-project.ts";
import { CloudStore, type Entry } from "../kit/store.ts";

const bucketType = "gcp:storage/bucket:Bucket";

let stage: CloudProject;
let store: CloudStore;

beforeAll(async () => {
  stage = await cloudProject(path.join(import.meta.dirname, "fixtures/lifecycle.ts"), ["gcp"]);
  store = new CloudStore(stage.cloud);
});

afterAll(() => {
  stage.dispose();
});

function run(verb: string, phase = "", ...flags: string[]): Promise<Operation> {
  return stage.project.operation(verb, { PHASE: phase }, ...flags);
}

async function succeed(verb: string, phase = "", ...flags: string[]): Promise<string[]> {
  const operation = await run(verb, phase, ...flags);
  expect(operation.code, operation.messages.join("\n")).toBe(0);
  return summary(operation);
}

async function refused(verb: string, phase: string): Promise<string> {
  const operation = await run(verb, phase);
  expect(operation.code).not.toBe(0);
  return operation.messages.join("\n");
}

function faults(...list: object[]): void {
  writeFileSync(path.join(stage.cloud, "faults.json"), JSON.stringify(list));
}

function only(type: string): Entry {
  const [entry, ...more] = store.list(type);
  if (entry === undefined || more.length > 0) throw new Error(`not one ${type}`);
  return entry;
}

const created = ["account", "bucket", "key", "network", "provider", "reader", "subnetwork"].map(
  (name) => `${name}: create`,
);

describe("a program's life on the simulated Google Cloud", () => {
  it("is previewed without credentials, and without making anything", async () => {
    expect(await succeed("preview")).toEqual(created);
    expect(store.list()).toEqual([]);
  });

  it("is refused for fields that the SDK does not have, and for values of the wrong kind", async () => {
    const messages = await refused("preview", "mistakes");
    expect(messages).toContain(
      'versioning.enable value {<nil>} has a problem: unknown field; did you mean "enabled"?',
    );
    expect(messages).toContain(
      "versioning.enabled value {<nil>} has a problem: missing required property",
    );
    expect(messages).toContain(
      'labels value {[{a}]} has a problem: expected object, got list: ["a"]',
    );
    expect(store.list()).toEqual([]);
  });

  it("is refused when the program asks the cloud something", async () => {
    expect(await refused("preview", "ask")).toContain(
      "the program asks the cloud: it calls gcp:compute/getNetwork:getNetwork",
    );
  });

  it("stops half way at an error of the cloud, and goes on from there", async () => {
    const error =
      "googleapi: Error 403: Quota exceeded for quota metric 'Buckets', rateLimitExceeded";
    faults({ operation: "create", name: "bucket", error, times: 1 });
    expect(await refused("up", "")).toContain(error);
    expect(store.list(bucketType)).toEqual([]);
    const rest = await succeed("up");
    expect(rest).toContain("bucket: create");
    expect(rest).not.toContain("provider: create");
    expect(store.list()).toHaveLength(created.length - 1);
  });

  it("changes nothing when run again", async () => {
    await succeed("up", "", "--expect-no-changes");
  });

  it("hides what Google keeps secret, and what the program does", async () => {
    const outputs = await stage.project.outputs();
    expect(outputs["bucketUrl"]).toMatch(/^gs:\/\/bucket-[0-9a-f]{7}$/);
    expect(outputs["networkId"]).toBe(only("gcp:compute/network:Network").id);
    const state = await stage.project.exported();
    expect(state).not.toContain(String(outputs["secret"]));
  });

  it("updates what can change, replaces what cannot, and relabels with the provider", async () => {
    expect(await succeed("up", "update,replace,relabel")).toEqual([
      "bucket: update",
      "network: update",
      "provider: update",
      "subnetwork: create-replacement",
      "subnetwork: delete-replaced",
      "subnetwork: replace",
    ]);
    expect(only("gcp:compute/network:Network").outputs["routingMode"]).toBe("GLOBAL");
    const subnetwork = only("gcp:compute/subnetwork:Subnetwork");
    expect(subnetwork.outputs["ipCidrRange"]).toBe("10.20.0.0/20");
    expect(only(bucketType).outputs["effectiveLabels"]).toMatchObject({
      "framewright-stack": "other",
    });
  });

  it("sees what somebody changed and deleted outside, and repairs it", async () => {
    const bucket = only(bucketType);
    store.update(bucket, { outputs: { ...bucket.outputs, forceDestroy: true } });
    store.remove(only("gcp:storage/hmacKey:HmacKey"));
    await succeed("refresh", "update,replace,relabel");
    expect(await succeed("up", "update,replace,relabel")).toEqual([
      "bucket: update",
      "key: create",
    ]);
    expect(only(bucketType).outputs["forceDestroy"]).toBe(false);
  });
});

describe("an update that is killed while the cloud works", () => {
  const phase = "update,replace,relabel,database,unprotect";
  const instanceType = "gcp:sql/databaseInstance:DatabaseInstance";

  it("leaves something in the cloud that the program does not know", async () => {
    faults({ operation: "create", type: instanceType, delaySeconds: 120, times: 1 });
    const child = stage.project.start(["up", "--yes", "--skip-preview"], { PHASE: phase });
    const end = finished(child);
    while (store.list(instanceType).length === 0) await sleep(50);
    child.kill("SIGKILL");
    await end;
    const { code, stderr } = await stage.project.run(["cancel", "--yes"]);
    expect(code, stderr).toBe(0);
    expect(await stage.project.exported()).toMatch(
      /"pending_operations": \[[^]*"type": "creating"/,
    );
    expect(await succeed("preview", phase)).toEqual(["database: create"]);
  });

  it("is forgotten by a refresh; the next update makes another one beside what is left", async () => {
    const left = only(instanceType);
    await succeed("refresh", phase);
    expect(await succeed("up", phase)).toEqual(["database: create"]);
    expect(store.list(instanceType)).toHaveLength(2);
    store.remove(left);
  });

  it("can be protected afterwards: then its destruction is refused, in Google's words", async () => {
    expect(await succeed("up", phase.replace(",unprotect", ""))).toEqual(["database: update"]);
    expect(await refused("destroy", phase)).toContain(
      "failed to delete instance because deletion_protection is set to true",
    );
    expect(only(instanceType).outputs["deletionProtection"]).toBe(true);
  });
});

describe("a destroy", () => {
  const phase = "update,replace,relabel,database,unprotect";

  it("fails while something outside the program uses what it deletes, and ends when that is gone", async () => {
    await succeed("up", phase);
    const network = only("gcp:compute/network:Network").id;
    const outside = store.create({
      provider: "gcp",
      type: "gcp:compute/firewall:Firewall",
      id: "projects/project-one/global/firewalls/k8s-fw-left",
      name: "k8s-fw-left",
      inputs: { network },
      outputs: { network },
    });
    expect(await refused("destroy", phase)).toContain(
      `The network resource '${network}' is already being used by '${outside.id}'`,
    );
    store.remove(outside);
    await succeed("destroy", phase);
    expect(store.list()).toEqual([]);
  });
});
