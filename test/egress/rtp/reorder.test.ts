import { describe, expect, it } from "vitest";
import { Unwrapper } from "../../../egress/src/rtp/packet.ts";
import { Reorder } from "../../../egress/src/rtp/reorder.ts";
import { packet } from "./feed.ts";

/** Sequence numbers and losses that come out, by what goes in as [number, seconds]. */
function order(given: readonly (readonly [number, number])[]): [number, number][] {
  const reorder = new Reorder();
  return given
    .flatMap(([sequence, arrivedAt]) => reorder.take(packet({ sequence, arrivedAt })))
    .map((one) => [one.packet.sequence, one.lost]);
}

describe("packets of one sender", () => {
  it("are handed on at once where none is missing", () => {
    expect(
      order([
        [7, 0],
        [8, 0],
        [9, 0],
      ]),
    ).toEqual([
      [7, 0],
      [8, 0],
      [9, 0],
    ]);
  });

  it("wait for one that comes late", () => {
    expect(
      order([
        [7, 0],
        [9, 0.01],
        [10, 0.02],
        [8, 0.1],
      ]),
    ).toEqual([
      ...[
        [7, 0],
        [8, 0],
      ],
      ...[
        [9, 0],
        [10, 0],
      ],
    ]);
  });

  it("do not wait for one that does not come", () => {
    expect(
      order([
        [7, 0],
        [9, 0.01],
        [10, 0.2],
        [11, 0.5],
      ]),
    ).toEqual([
      ...[
        [7, 0],
        [9, 1],
      ],
      ...[
        [10, 0],
        [11, 0],
      ],
    ]);
  });

  it("are handed on once, and not after their time", () => {
    expect(
      order([
        [7, 0],
        [7, 0],
        [9, 0],
        [10, 1],
        [8, 1],
      ]),
    ).toEqual([
      [7, 0],
      [9, 1],
      [10, 0],
    ]);
  });

  it("go on where the number begins again", () => {
    expect(
      order([
        [65_534, 0],
        [0, 0],
        [65_535, 0],
        [1, 0],
      ]),
    ).toEqual([
      ...[
        [65_534, 0],
        [65_535, 0],
      ],
      ...[
        [0, 0],
        [1, 0],
      ],
    ]);
  });
});

describe("a counter that begins again", () => {
  it("is counted on", () => {
    const unwrap = new Unwrapper(32);
    const values = [4_294_967_000, 100, 4_294_967_290, 200].map((value) => unwrap.extend(value));
    expect(values).toEqual([0, 396, 290, 496]);
  });
});
