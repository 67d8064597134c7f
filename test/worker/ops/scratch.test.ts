import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { requireSpace, sweepScratch, withTempDir } from "../../../worker/src/ops/scratch.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** The start of a process as the kernel states it, in clock ticks. */
function ticksOf(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

describe("the scratch folder of a job", () => {
  it.each([
    ["ends", () => Promise.resolve("made")],
    ["fails", () => Promise.reject(new Error("failed"))],
  ])("is removed with all that is in it when the job %s", async (_title, end) => {
    const workDir = temporaryFolder("framewright-scratch-");
    let used = "";
    const job = withTempDir(workDir, (dir) => {
      used = dir;
      mkdirSync(join(dir, "out"));
      writeFileSync(join(dir, "out/segment"), "x");
      return end();
    });
    await job.catch(() => undefined);
    expect(used.startsWith(join(workDir, "jobs/"))).toBe(true);
    expect(existsSync(used)).toBe(false);
  });

  it("is another one for each job", async () => {
    const workDir = temporaryFolder("framewright-scratch-");
    const name = () => withTempDir(workDir, (dir) => Promise.resolve(dir));
    expect(await name()).not.toBe(await name());
  });
});

describe("the sweep at the start of a worker", () => {
  it("removes folders of dead workers, and leaves those of living ones", async () => {
    const workDir = temporaryFolder("framewright-scratch-");
    const living = `w${process.ppid}-${ticksOf(process.ppid)}-abc`;
    const dead = ["w999999999-1-abc", `w${process.ppid}-1-abc`, `w${process.pid}-1-abc`, "other"];
    for (const name of [living, ...dead])
      mkdirSync(join(workDir, "jobs", name), { recursive: true });
    expect((await sweepScratch(workDir)).toSorted()).toEqual(dead.toSorted());
    expect(readdirSync(join(workDir, "jobs"))).toEqual([living]);
  });

  it("makes the folder where there is none", async () => {
    const workDir = temporaryFolder("framewright-scratch-");
    expect(await sweepScratch(join(workDir, "work"))).toEqual([]);
    expect(existsSync(join(workDir, "work/jobs"))).toBe(true);
  });
});

describe("scratch space", () => {
  it("must hold the source twice", async () => {
    const workDir = temporaryFolder("framewright-scratch-");
    const space = { workDir, limitBytes: undefined, slots: 1 };
    await requireSpace(space, 1000);
    await expect(requireSpace({ ...space, limitBytes: 1999 }, 1000)).rejects.toMatchObject({
      code: "source-too-large",
      message: expect.stringContaining("scratch space is for 999") as string,
    });
    await expect(requireSpace(space, 2 ** 60)).rejects.toMatchObject({
      code: "scratch-full",
      message: expect.stringContaining(`${2 ** 61} are needed`) as string,
    });
  });

  it("is what the volume's limit leaves, not what is free on the disk of the node", async () => {
    const workDir = temporaryFolder("framewright-scratch-");
    const space = { workDir, limitBytes: 1_000_000, slots: 1 };
    await requireSpace(space, 500_000);
    mkdirSync(join(workDir, "jobs/other"), { recursive: true });
    writeFileSync(join(workDir, "jobs/other/source"), Buffer.alloc(409_600));
    await requireSpace(space, 250_000);
    await expect(requireSpace(space, 500_000)).rejects.toMatchObject({
      code: "scratch-full",
      message: expect.stringMatching(/59\d{4} bytes are free, 1000000 are needed/) as string,
    });
  });
});
