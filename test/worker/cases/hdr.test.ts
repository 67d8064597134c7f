import { describe, expect, it } from "vitest";
import { hdrBars, hlgSignal, pqSignal } from "./hdr.ts";

describe("the signal of a grey is what the recommendations state", () => {
  // ITU-R BT.2408-7, table 1; white of PQ at 10 000 cd/m².
  it.each<[string, typeof pqSignal, number, number]>([
    ["PQ, 26 cd/m² (18 % grey card)", pqSignal, 26, 0.38],
    ["PQ, 203 cd/m² (reference white)", pqSignal, 203, 0.58],
    ["PQ, 1000 cd/m²", pqSignal, 1000, 0.75],
    ["PQ, white", pqSignal, 10_000, 1],
    ["HLG, 26 cd/m² (18 % grey card)", hlgSignal, 26, 0.38],
    ["HLG, 203 cd/m² (reference white)", hlgSignal, 203, 0.75],
    ["HLG, white", hlgSignal, 1000, 1],
  ])("%s", (_title, signal, light, wanted) => {
    const [red, green, blue] = signal([light, light, light]);
    expect(red).toBeCloseTo(wanted, 2);
    expect([green, blue]).toEqual([red, red]);
  });
});

it("black, white and the reference white of both curves become the same", () => {
  const shades = (curve: "pq" | "hlg") => hdrBars(curve).colours.map(([, , ...rgb]) => rgb);
  expect(shades("pq")).toEqual(shades("hlg"));
  expect(shades("pq")).toContainEqual([255, 255, 255]);
  expect(shades("pq")).toContainEqual([193, 193, 193]);
});
