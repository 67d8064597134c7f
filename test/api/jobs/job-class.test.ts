import { describe, expect, it } from "vitest";
import {
  accels,
  jobClasses,
  jobClassOf,
  kinds,
  partsOf,
  tiers,
} from "@framewright/contracts/job.ts";
import { queueOf } from "@framewright/contracts/queue.ts";

describe("the classes of jobs", () => {
  it("are every kind in every encoder and size, each once", () => {
    expect(new Set(jobClasses).size).toBe(kinds.length * accels.length * tiers.length);
    expect(jobClasses.map((one) => jobClassOf(partsOf(one)))).toEqual(jobClasses);
  });

  it("of transcode keep the queues that hold the messages of earlier versions", () => {
    const names = accels.flatMap((accel) =>
      tiers.map((tier) => [
        queueOf(jobClassOf({ kind: "transcode", accel, tier })),
        `framewright.jobs.${accel}.${tier}`,
      ]),
    );
    expect(names.map(([name]) => name)).toEqual(names.map(([, earlier]) => earlier));
  });
});
