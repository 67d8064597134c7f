import type { Logger } from "@framewright/runtime/log.ts";
import type { GpuMetrics } from "./metrics.ts";

/** What the driver says of a GPU at a moment; undefined where it does not tell, as of an encoder that is not there. */
export interface GpuReading {
  readonly index: string;
  readonly utilization: number | undefined;
  readonly encoder: number | undefined;
  readonly decoder: number | undefined;
  readonly memoryUsedBytes: number | undefined;
  readonly memoryTotalBytes: number | undefined;
  readonly celsius: number | undefined;
  readonly watts: number | undefined;
}

const percent = 0.01;
const mebibyte = 1024 * 1024;

/** Fields of nvidia-smi in the order in which they are asked for, and what one unit of each is in base units. */
const fields = [
  ["utilization.gpu", "utilization", percent],
  ["utilization.encoder", "encoder", percent],
  ["utilization.decoder", "decoder", percent],
  ["memory.used", "memoryUsedBytes", mebibyte],
  ["memory.total", "memoryTotalBytes", mebibyte],
  ["temperature.gpu", "celsius", 1],
  ["power.draw", "watts", 1],
] as const satisfies readonly (readonly [string, keyof GpuReading, number])[];

/** Drivers before 520 have no utilization of encoders, and refuse the whole query for it. */
const youngFields: readonly string[] = ["utilization.encoder", "utilization.decoder"];

export function queryArgs(names: readonly string[]): string[] {
  return [`--query-gpu=index,${names.join(",")}`, "--format=csv,noheader,nounits"];
}

/** A word in brackets, such as `[N/A]` or `[Not Supported]`, is no figure. */
function figureOf(cell: string | undefined, unit: number): number | undefined {
  const value = cell === undefined || cell === "" ? Number.NaN : Number(cell);
  return Number.isFinite(value) ? Number((value * unit).toFixed(6)) : undefined;
}

/** One line for each GPU. Lines that do not begin with an index are messages of the driver. */
export function parseGpus(text: string, names: readonly string[]): GpuReading[] {
  return text.split("\n").flatMap((line) => {
    const [index = "", ...cells] = line.split(",").map((cell) => cell.trim());
    if (!/^\d+$/.test(index)) return [];
    const read = (field: string): number | undefined => {
      const at = names.indexOf(field);
      const [, , unit = 1] = fields.find(([name]) => name === field) ?? [];
      return at < 0 ? undefined : figureOf(cells[at], unit);
    };
    return [
      {
        index,
        utilization: read("utilization.gpu"),
        encoder: read("utilization.encoder"),
        decoder: read("utilization.decoder"),
        memoryUsedBytes: read("memory.used"),
        memoryTotalBytes: read("memory.total"),
        celsius: read("temperature.gpu"),
        watts: read("power.draw"),
      },
    ];
  });
}

export interface GpuFiguresArgs {
  /** Runs nvidia-smi and gives what it prints; rejects when it does not end well. */
  readonly run: (args: readonly string[]) => Promise<string>;
  readonly metrics: GpuMetrics;
  readonly log: Logger;
}

/** Scrapers may ask more often than it is worth. */
const rememberMs = 5_000;

/** Sets the gauges of the GPUs. It gives up for good where there is no nvidia-smi. */
export function createGpuFigures({ run, metrics, log }: GpuFiguresArgs): () => Promise<void> {
  let names: readonly string[] = fields.map(([name]) => name);
  let last = -Infinity;
  let given = false;
  const read = async (): Promise<GpuReading[]> => {
    try {
      return parseGpus(await run(queryArgs(names)), names);
    } catch (error) {
      const fewer = names.filter((name) => !youngFields.includes(name));
      if (fewer.length === names.length) throw error;
      names = fewer;
      return parseGpus(await run(queryArgs(names)), names);
    }
  };
  return async () => {
    if (given || performance.now() - last < rememberMs) return;
    last = performance.now();
    try {
      show(await read(), metrics);
    } catch (error) {
      given = error instanceof Error && "code" in error && error.code === "ENOENT";
      clear(metrics);
      log.warn({ err: error }, "nvidia-smi told nothing of the GPU; its figures are missing");
    }
  };
}

function clear(metrics: GpuMetrics): void {
  const { utilization, encoder, decoder, memoryUsed, memoryTotal, temperature, power } = metrics;
  const gauges = [utilization, encoder, decoder, memoryUsed, memoryTotal, temperature, power];
  for (const gauge of gauges) gauge.reset();
}

/** Figures that the driver no longer tells go away. */
function show(readings: readonly GpuReading[], metrics: GpuMetrics): void {
  clear(metrics);
  for (const { index: gpu, ...reading } of readings) {
    const set = (name: keyof GpuMetrics, value: number | undefined): void => {
      if (value !== undefined) metrics[name].set({ gpu }, value);
    };
    set("utilization", reading.utilization);
    set("encoder", reading.encoder);
    set("decoder", reading.decoder);
    set("memoryUsed", reading.memoryUsedBytes);
    set("memoryTotal", reading.memoryTotalBytes);
    set("temperature", reading.celsius);
    set("power", reading.watts);
  }
}
