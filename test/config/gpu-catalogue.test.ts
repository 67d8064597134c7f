import { expect, test } from "vitest";
import {
  gpuNames,
  gpusOn,
  machinesOf,
  offerOf,
  standardGpus,
  encodes,
  type GpuCloud,
} from "../../config/gpu-catalogue.ts";

const clouds = ["gke", "eks"] as const satisfies readonly GpuCloud[];
const sales = gpuNames.flatMap((gpu) => clouds.map((cloud) => [gpu, cloud] as const));

test.each(sales)("%s on %s has machines exactly while it is sold", (gpu, cloud) => {
  expect(machinesOf(gpu, cloud).length > 0).toBe(gpusOn(cloud).includes(gpu));
});

test.each(sales)(
  "what ends or has gone of %s on %s says why, and where that is written",
  (gpu, cloud) => {
    const offer = offerOf(gpu, cloud);
    if (offer === undefined || offer.state === "offered") return;
    expect(offer.why.length).toBeGreaterThan(10);
    expect(URL.parse(offer.source)?.protocol).toBe("https:");
  },
);

test("a cloud's GPUs are those for the long run, then those that end", () => {
  expect(gpusOn("gke")).toEqual(["a100", "t4", "l4", "v100"]);
  expect(gpusOn("eks")).toEqual(["a100", "t4", "l4", "a10g"]);
});

test("every GPU of the standard tier encodes", () => {
  expect(standardGpus.filter((gpu) => !encodes(gpu))).toEqual([]);
});
