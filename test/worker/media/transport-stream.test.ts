import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sniffBytes, sniffContainer } from "../../../worker/src/media/sniff.ts";

interface Shape {
  readonly offset: number;
  readonly stride: number;
  readonly packets: number;
}

/** Packets with a payload of zeros, behind bytes that are no packet. */
function transportStream({ offset, stride, packets }: Shape): Buffer {
  const packet = Buffer.alloc(stride);
  packet.write("\x47\x01\0\x10", "latin1");
  return Buffer.concat([Buffer.alloc(offset, 0xb5), ...Array<Buffer>(packets).fill(packet)]);
}

describe("a transport stream", () => {
  it.each([
    ["with plain packets", { offset: 0, stride: 188, packets: 8 }],
    ["with a time code in front of each packet", { offset: 4, stride: 192, packets: 8 }],
    ["with parity behind each packet", { offset: 0, stride: 204, packets: 8 }],
    ["that begins in the middle of a packet", { offset: 88, stride: 188, packets: 9 }],
    ["behind some kilobytes of something else", { offset: 6000, stride: 188, packets: 20 }],
    ["at the end of what is read", { offset: sniffBytes - 8 * 188, stride: 188, packets: 8 }],
  ])("is known %s", (_title, shape) => {
    expect(sniffContainer(transportStream(shape))).toBe("mpegts");
  });

  it.each([
    ["seven packets are", transportStream({ offset: 0, stride: 188, packets: 7 })],
    ["a row of the letter G is", Buffer.alloc(sniffBytes, "G")],
    ["another rhythm is", transportStream({ offset: 0, stride: 190, packets: 40 })],
    ["zeros are", Buffer.alloc(sniffBytes)],
  ])("%s none", (_title, bytes) => {
    expect(sniffContainer(bytes)).toBeUndefined();
  });

  it("does not appear in random bytes", () => {
    for (let round = 0; round < 50; round += 1) {
      expect(sniffContainer(randomBytes(sniffBytes))).toBeUndefined();
    }
  });
});
