import { gpus, machinesOf, type GpuName, type PriceClass } from "../../config/gpu-catalogue.ts";
import { dataPackages, weightFiles, type PackageName } from "../../tools/models/weights.ts";
import { formatMarkdown } from "../support/markdown.ts";

/** Bounds of a node's list price on demand in USD an hour. */
const boundsOf: Readonly<Record<PriceClass, readonly [low: number, high: number | undefined]>> = {
  "under-1": [0, 1],
  "1-to-4": [1, 4],
  "4-to-16": [4, 16],
  "above-16": [16, undefined],
};

/** How many pods share a GPU where a stack says nothing else (seed 004). */
const slicesPerGpu: Partial<Record<GpuName, number>> = { a100: 4, l4: 2, t4: 2 };

function amount(value: number): string {
  return value >= 0.1 ? value.toFixed(2) : value.toFixed(4);
}

function range([low, high]: readonly [number, number | undefined]): string {
  if (high === undefined) return `above ${amount(low)}`;
  return low === 0 ? `under ${amount(high)}` : `${amount(low)} to ${amount(high)}`;
}

/** What the smallest machine of a GPU costs a slice of it, by the price classes of the catalogue. */
function priceRows(): string[] {
  return Object.entries(slicesPerGpu).flatMap(([name, shared]) =>
    (["gke", "eks"] as const).flatMap((cloud) => {
      const gpu = name as GpuName;
      const [machine] = machinesOf(gpu, cloud);
      if (!machine) return [];
      const slices = machine.gpus * shared;
      const [low, high] = boundsOf[machine.price];
      const share = (by: number) => range([low / by, high === undefined ? undefined : high / by]);
      const where = `${cloud.toUpperCase()} \`${machine.type}\``;
      return [
        `| ${gpus[gpu].label} | ${where} | ${slices} | ${share(slices)} | ${share(slices * 60)} |`,
      ];
    }),
  );
}

function sourceOf(name: PackageName): string {
  const { registry, version } = dataPackages[name];
  return `${name} ${version} (${registry})`;
}

function weightRows(): string[] {
  return weightFiles.map(({ service, path, parts, sizeBytes, sha256 }) => {
    const names = [...new Set(parts.map(({ from }) => from))];
    const licences = [...new Set(names.map((name) => dataPackages[name].licence))].join(", ");
    const [first] = names;
    const last = names.at(-1);
    const source = names.length === 1 || !first || !last
      ? names.map(sourceOf).join()
      : `${sourceOf(first)} to ${last}`;
    const size = sizeBytes.toLocaleString("en");
    return `| ${service} | \`${path}\` | ${source} | ${licences} | ${size} | \`${sha256}\` |`;
  });
}

const sections = [
  {
    heading: "### What a slice costs\n",
    until: "\n<!-- end of the prices -->",
    table: () => [
      "| GPU | smallest machine | slices | USD an hour for a slice | for a minute of its time |",
      "| --- | --- | --- | --- | --- |",
      ...priceRows(),
    ],
  },
  {
    heading: "### Every file\n",
    until: "\n<!-- end of the files -->",
    table: () => [
      "| service | file | from | licence | bytes | SHA-256 |",
      "| --- | --- | --- | --- | --- | --- |",
      ...weightRows(),
    ],
  },
];

/** The page with the tables that code has. */
export function renderModelPage(page: string): Promise<string> {
  const text = sections.reduce((all, { heading, until, table }) => {
    const from = all.indexOf(heading);
    const to = all.indexOf(until, from);
    if (from < 0 || to < 0) throw new Error(`docs/models.md has no section ${heading.trim()}`);
    return `${all.slice(0, from)}${heading}\n${table().join("\n")}\n${all.slice(to)}`;
  }, page);
  return formatMarkdown(text);
}
