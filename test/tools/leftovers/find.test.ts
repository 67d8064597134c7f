import { describe, expect, test } from "vitest";
import { ExecError } from "../../../tools/exec.ts";
import { findLeftovers, type Ask } from "../../../tools/leftovers/find.ts";
import { report, table, withoutDoubles } from "../../../tools/leftovers/leftover.ts";

const google = {
  cloud: "gke",
  owner: "my-framewright",
  region: "us-central1",
  retainVolumes: true,
} as const;
const amazon = {
  cloud: "eks",
  owner: "123456789012",
  region: "us-east-1",
  retainVolumes: true,
} as const;

/** A tool that answers by how the question begins, and with the last answer otherwise. */
function answering(answers: Record<string, unknown>, otherwise: unknown): Ask {
  return (args) => {
    const words = args.join(" ");
    const [, answer = otherwise] =
      Object.entries(answers).find(([start]) => words.startsWith(start)) ?? [];
    return answer instanceof Error
      ? Promise.reject(answer)
      : Promise.resolve(JSON.stringify(answer));
  };
}

test("nothing anywhere is nothing left", async () => {
  expect(await findLeftovers("prod", google, answering({}, []))).toEqual([]);
});

test("a service that the project never switched on has nothing of ours", async () => {
  const off = new ExecError(
    "gcloud sql instances list",
    "ended with 1",
    "ERROR: ... reason: SERVICE_DISABLED",
  );
  expect(await findLeftovers("prod", google, answering({ "sql instances": off }, []))).toEqual([]);
});

test("who is not logged in gets the tool's own words, not good news", async () => {
  const refused = new ExecError("gcloud", "ended with 1", "You do not currently have an account");
  await expect(
    findLeftovers("prod", google, answering({ "compute disks": refused }, [])),
  ).rejects.toThrow("You do not currently have an account");
});

test("credentials of another account are refused before anything is asked", async () => {
  const ask = answering({ "sts get-caller-identity": { Account: "999999999999" } }, "asked");
  await expect(findLeftovers("prod", amazon, ask)).rejects.toThrow(
    "your credentials are of account 999999999999, and the stack is in 123456789012",
  );
});

test("a volume that is found by its tag and by its cluster is told once", async () => {
  const volumes = { Volumes: [{ VolumeId: "vol-1", State: "available" }] };
  const ask = answering(
    {
      "sts get-caller-identity": { Account: "123456789012" },
      resourcegroupstaggingapi: { ResourceTagMappingList: [] },
      "ec2 describe-volumes": volumes,
      "ec2 describe-network-interfaces": { NetworkInterfaces: [] },
      "ec2 describe-instances": { Reservations: [] },
      "ec2 describe-nat-gateways": { NatGateways: [] },
    },
    { Roles: [] },
  );
  const found = await findLeftovers("prod", amazon, ask);
  expect(found.map(({ name }) => name)).toEqual(["vol-1"]);
});

describe("what is told", () => {
  const disk = { kind: "disk", name: "pvc-1", remedy: "delete it", kept: true };
  const balancer = { kind: "load balancer", name: "a1", remedy: "look", kept: false };

  test("columns are as wide as their widest entry", () => {
    expect(table([balancer, disk])).toBe(
      [
        "  KIND           NAME   WHAT TO DO",
        "  load balancer  a1     look",
        "  disk           pvc-1  delete it",
      ].join("\n"),
    );
  });

  test("what is kept stands apart", () => {
    const text = report("prod", [disk, balancer]);
    expect(text.indexOf("a1")).toBeLessThan(text.indexOf("Kept on purpose"));
    expect(text.indexOf("Kept on purpose")).toBeLessThan(text.indexOf("pvc-1"));
  });

  test("nothing is said in one line", () => {
    expect(report("prod", [])).toBe("Nothing of stack prod is left.");
    expect(report("prod", [disk])).toMatch(/^Nothing of stack prod is left.\n\nKept on purpose/);
  });

  test("of doubles the first one stays", () => {
    expect(withoutDoubles([disk, balancer, { ...disk, remedy: "other" }])).toEqual([
      disk,
      balancer,
    ]);
  });
});
