import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gpus } from "../../config/gpu-catalogue.ts";
import { weightFiles } from "../../tools/models/weights.ts";
import { renderModelPage } from "../golden/model-tables.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/models.md"), "utf8");

test("docs/models.md has every file of the weights and the prices of slices (else: npm run golden:update)", async () => {
  expect(await renderModelPage(page)).toBe(page);
});

test("its prices are those of the machines that the catalogue has, shared by their slices", () => {
  const rows = page
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .filter(([, , machine = ""]) => /^(GKE|EKS) `/.test(machine));
  const prices = rows.map(([, , machine, slices, hour]) => [machine, slices, hour]);
  // By hand: a node of 1 to 4 USD in 4 slices, one of less than 1 in 2, one of more than 16 with 8 GPUs.
  expect(prices).toContainEqual(["GKE `a2-highgpu-1g`", "4", "0.25 to 1.00"]);
  expect(prices).toContainEqual(["EKS `p4d.24xlarge`", "32", "above 0.50"]);
  expect(prices).toContainEqual(["GKE `n1-standard-8`", "2", "under 0.50"]);
  expect(gpus.t4.gke.machines[0]).toMatchObject({ price: "under-1", gpus: 1 });
});

test("its cost of a minute on CPUs is the sum of what it says that the services take", () => {
  const [, heard = "", spoken = ""] =
    /\((\d\.\d) for each that is\s+heard, twice, and (\d\.\d)/.exec(page) ?? [];
  const sum = 2 * Number(heard) + Number(spoken);
  expect(page).toContain(`take ${sum.toFixed(1)} CPU seconds for each second of speech`);
  expect(page).toContain(`${((sum * 60) / 3600).toFixed(3)} core hours for a minute of speech`);
});

test("the sizes that its text states are the sums of the files", () => {
  const total = weightFiles.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const [, stated = ""] = /kept in the cache of the user: (\d+) MB/.exec(page) ?? [];
  expect(Math.abs(Number(stated) - total / 1e6)).toBeLessThan(15);
});
