import { pino } from "pino";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createGpuFigures, parseGpus, queryArgs } from "../../../worker/src/ops/gpu-figures.ts";
import { createMetrics, rungOf } from "../../../worker/src/ops/metrics.ts";

const all = [
  "utilization.gpu",
  "utilization.encoder",
  "utilization.decoder",
  "memory.used",
  "memory.total",
  "temperature.gpu",
  "power.draw",
];
const t4 = {
  ...{ index: "0", utilization: 0.37, encoder: 0.81, decoder: 0.22 },
  ...{ memoryUsedBytes: 1_073_741_824, memoryTotalBytes: 16_106_127_360 },
  ...{ celsius: 64, watts: 58.31 },
};
const silent = pino({ level: "silent" });

describe("what nvidia-smi prints", () => {
  it.each([
    ["of a T4", "0, 37, 81, 22, 1024, 15360, 64, 58.31\n", [t4]],
    [
      "of a GPU without an encoder, and of one whose power it does not know",
      "0, 0, [N/A], [N/A], 4, 81559, 33, 71.05\n1, 5, 0, 0, 4, 15360, 40, [Not Supported]\n",
      [
        {
          ...{ index: "0", utilization: 0, encoder: undefined, decoder: undefined },
          ...{ memoryUsedBytes: 4_194_304, memoryTotalBytes: 85_520_809_984 },
          ...{ celsius: 33, watts: 71.05 },
        },
        {
          ...{ index: "1", utilization: 0.05, encoder: 0, decoder: 0 },
          ...{ memoryUsedBytes: 4_194_304, memoryTotalBytes: 16_106_127_360 },
          ...{ celsius: 40, watts: undefined },
        },
      ],
    ],
    ["where there is no driver", "No devices were found\n", []],
    ["of a driver that has broken off", "0, [Unknown Error], , ,\n", [{ index: "0" }]],
  ])("is read %s", (_what, text, readings) => {
    expect(parseGpus(text, all)).toEqual(readings);
  });

  it("is asked for by one query, without head line and units", () => {
    expect(queryArgs(["memory.used"])).toEqual([
      "--query-gpu=index,memory.used",
      "--format=csv,noheader,nounits",
    ]);
  });
});

describe("the figures of the GPUs", () => {
  function figuresOver(answers: readonly (string | Error)[]) {
    vi.useFakeTimers({ toFake: ["performance"] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const asked: string[] = [];
    const rest = [...answers];
    const { gpu, registry } = createMetrics(() => true);
    const run = (args: readonly string[]) => {
      asked.push(args[0] ?? "");
      const answer = rest.shift() ?? new Error("asked too often");
      return typeof answer === "string" ? Promise.resolve(answer) : Promise.reject(answer);
    };
    const refresh = createGpuFigures({ run, metrics: gpu, log: silent });
    const shown = async () =>
      (await registry.metrics()).split("\n").filter((line) => line.startsWith("framewright_gpu_"));
    return { asked, refresh, shown };
  }

  it("are shown by GPU in base units, and read at most once in five seconds", async () => {
    const { asked, refresh, shown } = figuresOver(["0, 37, 81, 22, 1024, 15360, 64, 58.31\n", ""]);
    await refresh();
    await refresh();
    expect(asked).toHaveLength(1);
    expect(await shown()).toEqual([
      'framewright_gpu_utilization_ratio{gpu="0"} 0.37',
      'framewright_gpu_encoder_utilization_ratio{gpu="0"} 0.81',
      'framewright_gpu_decoder_utilization_ratio{gpu="0"} 0.22',
      'framewright_gpu_memory_used_bytes{gpu="0"} 1073741824',
      'framewright_gpu_memory_total_bytes{gpu="0"} 16106127360',
      'framewright_gpu_temperature_celsius{gpu="0"} 64',
      'framewright_gpu_power_watts{gpu="0"} 58.31',
    ]);
    vi.advanceTimersByTime(5_000);
    await refresh();
    expect(await shown()).toEqual([]);
  });

  it("do without the encoder's share where an old driver refuses it", async () => {
    const refused = new Error('Field "utilization.encoder" is not a valid field to query.');
    const { asked, refresh, shown } = figuresOver([refused, "0, 37, 1024, 15360, 64, 58.31\n"]);
    await refresh();
    expect(asked[1]).not.toContain("encoder");
    expect(await shown()).toContain('framewright_gpu_temperature_celsius{gpu="0"} 64');
  });

  it("are not asked for again where there is no nvidia-smi", async () => {
    const absent = () => Object.assign(new Error("spawn nvidia-smi"), { code: "ENOENT" });
    const { asked, refresh } = figuresOver([absent(), absent()]);
    await refresh();
    vi.advanceTimersByTime(60_000);
    await refresh();
    expect(asked).toHaveLength(2);
  });
});

it.each([
  [144, "240p"],
  [720, "720p"],
  [800, "1080p"],
  [2160, "2160p"],
  [4320, "above-2160p"],
])("a picture of %d lines has the rung %s", (height, rung) => {
  expect(rungOf(height)).toBe(rung);
});
