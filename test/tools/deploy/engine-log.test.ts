import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readEngineLog } from "../../../tools/deploy/engine-log.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "engine-log-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const bucket = {
  urn: "urn:pulumi:dev::framewright::framewright:infra:MediaBucket$gcp:storage/bucket:Bucket::media-bucket",
  type: "gcp:storage/bucket:Bucket",
};

function read(...events: object[]) {
  const file = join(folder, "events.json");
  writeFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(""));
  return readEngineLog(file);
}

function ended(metadata: object) {
  return { sequence: 1, timestamp: 2, resOutputsEvent: { metadata: { ...bucket, ...metadata } } };
}

const summary = { summaryEvent: { isPreview: true, resourceChanges: { update: 1 } } };

it("keeps what was done with which resource, by its name in the cloud, and none of its values", () => {
  const old = { id: "media-2465298", inputs: { versioning: "secret" } };
  const detailedDiff = { "versioning.enabled": { diffKind: "update" }, labels: {} };
  expect(read(ended({ op: "update", old, new: null, detailedDiff }), summary)).toEqual({
    isPreview: true,
    violations: [],
    isRefused: false,
    changes: [
      {
        op: "update",
        resource: "gcp:storage/bucket:Bucket media-2465298",
        fields: ["versioning.enabled", "labels"],
      },
    ],
  });
});

it.each([
  ["what it is after", { old: { id: "a" }, new: { id: "b" } }, "b"],
  ["what it was before", { old: { id: "a" }, new: { id: "" } }, "a"],
  ["its name in the program, when there is nothing of it yet", { new: {} }, "media-bucket"],
])("names a resource by %s", (_, states, name) => {
  const { changes } = read(ended({ op: "create", ...states }));
  expect(changes).toMatchObject([{ resource: `${bucket.type} ${name}`, fields: [] }]);
});

it("takes the names of changed fields from a provider that tells no more", () => {
  const metadata = { op: "replace", detailedDiff: null, diffs: ["location"] };
  expect(read(ended(metadata)).changes).toMatchObject([{ op: "replace", fields: ["location"] }]);
});

it.each(["same", "refresh", "read", "create-replacement", "delete-replaced"])(
  "leaves out the operation %s, which changes nothing or is a part of another one",
  (op) => {
    expect(read(ended({ op })).changes).toEqual([]);
  },
);

it("skips events of other kinds", () => {
  expect(read({ preludeEvent: { config: {} } }, { cancelEvent: {} })).toEqual({
    isPreview: false,
    changes: [],
    violations: [],
    isRefused: false,
  });
});

it.each([
  ["mandatory", true],
  ["advisory", false],
])("keeps what a rule says, and whether it refuses: %s", (enforcementLevel, isRefused) => {
  const message = "Doors are closed\nPod a: is open. Fix: close it.\n";
  const policyEvent = { policyName: "closed", policyPackName: "p", enforcementLevel, message };
  expect(read({ policyEvent })).toMatchObject({
    violations: [`${enforcementLevel} closed: Doors are closed: Pod a: is open. Fix: close it.`],
    isRefused,
  });
});

it("has nothing to tell of a command that ended before it began", () => {
  expect(readEngineLog(join(folder, "none.json"))).toEqual({
    isPreview: false,
    changes: [],
    violations: [],
    isRefused: false,
  });
});
