import { describe, expect, it } from "vitest";
import { PacketScan, type ScanOptions, type StreamScan } from "../../media/packet-scan.ts";

const whole: ScanOptions = { streams: new Set([0, 1]), discontinuous: false };
const transport: ScanOptions = { ...whole, discontinuous: true };

function scan(
  chunks: readonly string[],
  { startTime = 0, ...options }: Partial<ScanOptions> & { startTime?: number } = {},
): StreamScan[] {
  const packets = new PacketScan({ ...whole, ...options });
  for (const chunk of chunks) packets.add(chunk);
  return packets.streams(startTime).map((stream) => ({
    ...stream,
    times: stream.times.map((time) => Math.round(time * 1e6) / 1e6),
  }));
}

/** Packets as [stream, presentation time, decode time]; lengths of 0.04 s in stream 0 and 0.02 s in the others. */
function lines(packets: readonly (readonly [number, number, number?])[]): string {
  return packets
    .map(([index, pts, dts = pts]) => `${index},${pts},${dts},${index === 0 ? 0.04 : 0.02},K__\n`)
    .join("");
}

function times(
  packets: Parameters<typeof lines>[0],
  options?: Parameters<typeof scan>[1],
): number[][] {
  return scan([lines(packets)], options).map((stream) => [...stream.times]);
}

describe("a scan of packets", () => {
  const text = "0,0.000000,-0.040000,0.040000,K__\n0,0.080000,0.000000,0.040000,___\n";
  const wanted: StreamScan[] = [{ index: 0, times: [0, 0.08], keyTimes: [0], lastDuration: 0.04 }];

  it.each([
    ["as one piece", [text]],
    ["cut in a number", [text.slice(0, 7), text.slice(7)]],
    ["cut before the end of a line", [text.slice(0, 33), text.slice(33)]],
    ["cut behind the end of a line", [text.slice(0, 34), text.slice(34)]],
    ["letter by letter", text.split("")],
    ["without the last end of a line", [text.trimEnd()]],
  ])("reads text %s", (_title, chunks) => {
    expect(scan(chunks)).toEqual(wanted);
  });

  it.each<[string, string, number[]]>([
    ["hidden by an edit list", "0,0.0,0.0,0.04,KD_\n0,0.04,0.04,0.04,K__\n", [0.04]],
    ["without a decode time", "0,0.04,N/A,0.04,K__\n", [0.04]],
    ["with a decode time alone", "0,N/A,0.08,0.04,K__\n", [0.08]],
    ["without any time", "0,N/A,N/A,N/A,K__\n0,0.04,0.04,N/A,K__\n", [0.04]],
    ["out of order", "0,0.08,0.0,0.04,K__\n0,0.04,0.04,0.04,___\n", [0.04, 0.08]],
    ["with side data behind it", "0,0.04,0.04,0.04,K__,Skip Samples,1024\n", [0.04]],
    ["of another stream", "7,1.0,1.0,0.04,K__\n0,0.04,0.04,0.04,K__\n", [0.04]],
    ["among foreign lines", "\nhello\n0,0.04,0.04,0.04,K__\n", [0.04]],
  ])("reads a packet %s", (_title, packets, wantedTimes) => {
    expect(scan([packets]).map((stream) => stream.times)).toEqual([wantedTimes]);
  });

  it("tells keyframes, and takes the length of the last packet in time", () => {
    const packets = "0,0.08,0.0,0.5,K__\n0,0.04,0.04,0.1,___\n1,0.0,0.0,N/A,K__\n";
    expect(scan([packets])).toEqual([
      { index: 0, times: [0.04, 0.08], keyTimes: [0.08], lastDuration: 0.5 },
      { index: 1, times: [0], keyTimes: [0], lastDuration: 0 },
    ]);
  });

  it.each<[string, Partial<ScanOptions>, number[]]>([
    ["in a transport stream", transport, [4.04]],
    ["in none", {}, []],
  ])("tells where leaps were closed %s", (_title, options, wanted) => {
    const packets = new PacketScan({ ...whole, ...options });
    packets.add(
      lines([
        [0, 5],
        [0, 1],
      ]),
    );
    expect(packets.closings(1)).toEqual(wanted);
  });

  it("counts from the start of the file", () => {
    const packets = [
      [0, 1.4],
      [0, 1.44],
    ] as const;
    expect(times(packets, { ...transport, startTime: 1.4 })).toEqual([[0, 0.04]]);
  });

  it("finds nothing in nothing", () => {
    expect(scan([])).toEqual([]);
  });
});

describe("leaps of the clock in a broadcast", () => {
  it.each<[string, Parameters<typeof lines>[0], number[][]]>([
    [
      "closes a leap forward of more than 10 s",
      [
        [0, 0],
        [0, 0.04],
        [0, 1000],
        [0, 1000.04],
      ],
      [[0, 0.04, 0.08, 0.12]],
    ],
    [
      "keeps a gap of 10 s",
      [
        [0, 0],
        [0, 10.04],
      ],
      [[0, 10.04]],
    ],
    [
      "closes a step back of more than 0.1 s",
      [
        [0, 5],
        [0, 5.04],
        [0, 0],
        [0, 0.04],
      ],
      [[5, 5.04, 5.08, 5.12]],
    ],
    [
      "keeps a step back of 0.1 s",
      [
        [0, 5],
        [0, 4.9],
        [0, 4.94],
      ],
      [[4.9, 4.94, 5]],
    ],
    [
      "closes the wrap of a clock of 33 bits",
      [
        [0, 95443.68],
        [0, 0],
        [0, 0.04],
      ],
      [[95443.68, 95443.72, 95443.76]],
    ],
    [
      "moves the second stream with the first",
      [
        [0, 0],
        [1, 0],
        [0, 1000],
        [1, 1000],
        [0, 1000.04],
        [1, 1000.02],
      ],
      [
        [0, 0.04, 0.08],
        [0, 0.04, 0.06],
      ],
    ],
    [
      "closes a far first packet of the second stream, by the last of the first",
      [
        [0, 0],
        [0, 0.04],
        [1, 500],
        [1, 500.02],
      ],
      [
        [0, 0.04],
        [0.04, 0.06],
      ],
    ],
    [
      "keeps a first packet of the second stream that is near",
      [
        [0, 0],
        [1, 3],
      ],
      [[0], [3]],
    ],
    [
      "closes several leaps one after the other",
      [
        [0, 0],
        [0, 100],
        [0, 50],
        [0, 900],
      ],
      [[0, 0.04, 0.08, 0.12]],
    ],
    [
      "goes by decode times, so that pictures keep their order",
      [
        [0, 0.08, 0],
        [0, 0.04, 0.04],
        [0, 1000.08, 1000],
        [0, 1000.04, 1000.04],
      ],
      [[0.04, 0.08, 0.12, 0.16]],
    ],
  ])("%s", (_title, packets, wanted) => {
    expect(times(packets, transport)).toEqual(wanted);
  });

  it("stay as they are in other containers", () => {
    const packets = [
      [0, 0],
      [0, 1000],
      [0, 500],
    ] as const;
    expect(times(packets)).toEqual([[0, 500, 1000]]);
  });

  it.each<[string, number[], ScanOptions, unknown]>([
    ["a step back in another container is named", [0, 5, 5.04, 1, 1.04, 0], whole, [5.04, 1]],
    ["a step back of a second is a hiccup", [5, 4, 4.04], whole, undefined],
    ["a step back that is closed is none", [5, 5.04, 1, 1.04], transport, undefined],
  ])("%s", (_title, decoded, options, wanted) => {
    const [stream] = scan([lines(decoded.map((time) => [0, time]))], options);
    const { stepBack } = stream ?? {};
    expect(stepBack && [stepBack.from, stepBack.to]).toEqual(wanted);
  });

  it("a step back is counted from the start of the file", () => {
    const [stream] = scan(
      [
        lines([
          [0, 9],
          [0, 3],
        ]),
      ],
      { startTime: 2 },
    );
    expect(stream?.stepBack).toEqual({ from: 7, to: 1 });
  });

  it("pictures that are shown in another order than decoded go on", () => {
    const [stream] = scan([
      lines([
        [0, 0, -3],
        [0, 9, -2],
        [0, 4, -1],
        [0, 1, 0],
      ]),
    ]);
    expect(stream).not.toHaveProperty("stepBack");
  });

  it("do not matter in streams that are not decoded", () => {
    const packets = [
      [0, 0],
      [7, 5000],
      [0, 0.04],
    ] as const;
    expect(times(packets, transport)).toEqual([[0, 0.04]]);
  });
});

describe("packets without stamps", () => {
  const bare = "0,N/A,N/A,0.040000,K__\n0,N/A,N/A,0.040000,___\n";

  it("follow each other where a stream has no others", () => {
    expect(scan([bare])).toMatchObject([{ times: [0, 0.04], keyTimes: [] }]);
  });

  it("do not count where others have stamps", () => {
    expect(scan([bare, lines([[0, 7]])])).toMatchObject([{ times: [7], keyTimes: [7] }]);
  });
});
