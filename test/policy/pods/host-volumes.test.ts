import { describe, expect, it } from "vitest";
import { hostVolumes } from "../../../policy/rules/pods/host-volumes.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";

const volume = (source: object) =>
  objectOf(
    "PersistentVolume",
    { spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], ...source } },
    { name: "data", namespace: undefined },
  );
const folder = (path: unknown) => volume({ hostPath: { path } });

describe("host-volumes", () => {
  it.each([
    ["a disk of a cloud", volume({ csi: { driver: "ebs.csi.aws.com", volumeHandle: "vol-1" } })],
    ["a disk that a node has for it", volume({ local: { path: "/mnt/disks/1" } })],
    ["something else than a volume", objectOf("ConfigMap", { spec: { hostPath: { path: "/" } } })],
  ])("accepts %s", (_, resource) => {
    expect(evaluate(hostVolumes, resource)).toEqual([]);
  });

  it("refuses a folder of a node", () => {
    expect(evaluate(hostVolumes, folder("/srv/data"))).toEqual([
      `PersistentVolume data: is /srv/data of its node. Fix: ${hostVolumes.fix}.`,
    ]);
  });

  it.each(["/", "/etc", "/var/lib/kubelet/pods", "/var", "//var/run/", "/proc/1", "/home/../etc"])(
    "refuses a local volume at %s, which the node needs itself",
    (path) => {
      expect(evaluate(hostVolumes, volume({ local: { path } }))).toEqual([
        expect.stringContaining(`is ${path} of its node`),
      ]);
    },
  );

  it.each(["/mnt/disks/1", "/data", "/srv/postgres", "/opt/local-path", "/var/lib/longhorn"])(
    "accepts a local volume at %s",
    (path) => {
      expect(evaluate(hostVolumes, volume({ local: { path } }))).toEqual([]);
    },
  );

  it("refuses a folder that is not known", () => {
    expect(evaluate(hostVolumes, folder(unknown))).toEqual([
      expect.stringContaining("spec.hostPath.path is not known before"),
    ]);
  });

  it.each([
    ["/srv", 0],
    ["/srv/data/", 0],
    ["/srv/data/more", 1],
    ["/srv/dat", 1],
  ])("accepts what is below %s if that is allowed", (path, count) => {
    const allowed = [{ path, reason: "the only node has its data there" }];
    expect(evaluate(hostVolumes, folder("/srv/data"), { allowed })).toHaveLength(count);
  });

  it("leaves an exempt volume alone", () => {
    const exempt = [{ name: "data", reason: "the only node has its data there" }];
    expect(evaluate(hostVolumes, folder("/srv/data"), { exempt })).toEqual([]);
  });
});
