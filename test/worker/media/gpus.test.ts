import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chosenGpu, readGpus, sessionLimitOf } from "../../../worker/src/media/gpus.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** As the driver writes it. */
const information = (model: string, uuid: string) => `Model: \t\t ${model}
IRQ:   \t\t 196
GPU UUID: \t ${uuid}
Video BIOS: \t 95.02.3c.00.8f
Bus Type: \t PCIe
Bus Location: \t 0000:01:00.0
`;

function driver(gpus: Record<string, string>): string {
  const root = temporaryFolder("framewright-gpus-");
  for (const [folder, text] of Object.entries(gpus)) {
    mkdirSync(join(root, folder));
    writeFileSync(join(root, folder, "information"), text);
  }
  return root;
}

describe("the GPUs of a machine", () => {
  it("are read from the driver, in the order of their bus addresses", async () => {
    const root = driver({
      "0000:41:00.0": information("NVIDIA GeForce RTX 4090", "GPU-b"),
      "0000:01:00.0": information("Tesla T4", "GPU-a"),
    });
    const gpus = await readGpus(root);
    expect(gpus).toEqual([
      { uuid: "GPU-a", model: "Tesla T4" },
      { uuid: "GPU-b", model: "NVIDIA GeForce RTX 4090" },
    ]);
    expect(chosenGpu(gpus, {})?.uuid).toBe("GPU-a");
    expect(chosenGpu(gpus, { NVIDIA_VISIBLE_DEVICES: "GPU-b" })?.uuid).toBe("GPU-b");
    expect(chosenGpu(gpus, { NVIDIA_VISIBLE_DEVICES: "all" })?.uuid).toBe("GPU-a");
  });

  it("are none without a driver", async () => {
    expect(await readGpus("/nowhere")).toEqual([]);
    expect(chosenGpu([], {})).toBeUndefined();
  });
});

it.each([
  ["NVIDIA GeForce RTX 4090", 5],
  ["NVIDIA GeForce RTX 4070 Ti", 5],
  ["NVIDIA GeForce RTX 3080", 3],
  ["NVIDIA GeForce GTX 1080", 3],
  ["Tesla T4", "none"],
  ["NVIDIA A10G", "none"],
  ["NVIDIA L4", "none"],
  ["NVIDIA RTX A4000", "none"],
  ["NVIDIA RTX 4000 Ada Generation", 5],
  ["", "none"],
] as const)("a %s has %s sessions", (model, sessions) => {
  expect(sessionLimitOf(model)).toBe(sessions);
});
