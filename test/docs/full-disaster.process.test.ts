import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { gkeScript, machineScripts } from "../support/disaster-runbook.ts";

let folder: string;
const volumes = ".framewright/node/state/volumes";
const stores = ["object-store", "backup-store"];
const fileOf = (place: string, owner: string, store: string) =>
  join(folder, place, `pvc-${owner}_framewright-data_data-${store}-0`, "objects");

/** Tells what it was asked for, and what the store of backups had at that moment. */
const kubectl = `#!/bin/sh
echo "$* | $(cat ${volumes}/*_data-backup-store-0/objects 2>/dev/null)" >>calls
case $* in *jsonpath*) printf premium ;; apply*) cat >applied ;; esac
`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "disaster-"));
  writeFileSync(join(folder, "kubectl"), kubectl);
  chmodSync(join(folder, "kubectl"), 0o755);
  for (const [place, owner] of [
    [volumes, "new"],
    ["kept", "former"],
  ] as const) {
    for (const store of stores) {
      const file = fileOf(place, owner, store);
      mkdirSync(join(file, ".."), { recursive: true });
      writeFileSync(file, `${owner} ${store}`, { mode: 0o640 });
    }
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function callsOf(script: string): string[] {
  rmSync(join(folder, "calls"), { force: true });
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  execFileSync("bash", ["-eu"], { input: script, cwd: folder, env });
  return readFileSync(join(folder, "calls"), "utf8").trimEnd().split("\n");
}

test("kept volumes take the places of new ones while nothing runs on them", () => {
  const [, , volumesScript = ""] = machineScripts(join(folder, "kept"));
  const set = (verb: string) => `-n framewright-data ${verb}`;
  const rollout = (store: string) =>
    set(`rollout status statefulset/${store} --timeout 180s | former backup-store`);
  expect(callsOf(volumesScript)).toEqual([
    set("delete job postgres-first-backup --ignore-not-found | new backup-store"),
    set("scale statefulset object-store backup-store --replicas 0 | new backup-store"),
    set(
      "wait --for=delete pod/object-store-0 pod/backup-store-0 --timeout 180s | new backup-store",
    ),
    set("scale statefulset object-store backup-store --replicas 1 | former backup-store"),
    rollout("object-store"),
    rollout("backup-store"),
  ]);
  for (const store of stores) {
    expect(readFileSync(fileOf(volumes, "new", store), "utf8")).toBe(`former ${store}`);
    // What was kept is still there for another try.
    expect(readFileSync(fileOf("kept", "former", store), "utf8")).toBe(`former ${store}`);
  }
});

test("on GKE the disk of before becomes the volume of the store's claim", () => {
  const calls = callsOf(gkeScript());
  expect(calls.map((call) => call.split(" ").slice(0, 4).join(" "))).toEqual([
    "-n framewright-data scale statefulset",
    "-n framewright-data get pvc",
    "-n framewright-data delete pvc",
    "apply -f - |",
    "-n framewright-data scale statefulset",
  ]);
  expect(parse(readFileSync(join(folder, "applied"), "utf8"))).toMatchObject({
    kind: "PersistentVolume",
    spec: {
      capacity: { storage: "50Gi" },
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName: "premium",
      claimRef: { namespace: "framewright-data", name: "data-backup-store-0" },
      csi: {
        driver: "pd.csi.storage.gke.io",
        volumeHandle: "projects/my-project/zones/us-central1-a/disks/pvc-…",
      },
    },
  });
});
