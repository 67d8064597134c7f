import { describe, expect, it } from "vitest";
import { bounds, nextStep, slotOf, type Step, type Take } from "../../../media/dub/fit.ts";

/** Takes a line through its steps with a voice whose length is known, and says what was done. */
function steps(
  own: number,
  room: number,
  natural: number,
  { mayShorten = false, obeys = true } = {},
): { readonly done: string[]; readonly takes: Take[] } {
  const slot = { start: 0, own, room };
  const takes: Take[] = [];
  const done: string[] = [];
  for (;;) {
    const step: Step = nextStep(slot, takes, mayShorten);
    const last = takes.at(-1);
    if (step.do === "speak") {
      const seconds = obeys ? natural / step.speed : natural;
      takes.push({ speed: step.speed, tempo: 1, seconds });
      done.push(`speak ${step.speed}`);
    } else if (step.do === "stretch" && last) {
      takes.push({ ...last, tempo: step.tempo, seconds: last.seconds / step.tempo });
      done.push(`stretch ${step.tempo}`);
    } else {
      done.push(step.do === "place" ? `place ${step.over.toFixed(2)}` : step.do);
      return { done, takes };
    }
  }
}

describe("the time that a line has", () => {
  const line = { start: 10, end: 12, text: "" };
  const open = { programmeEnd: 60, free: 0 };

  it("is its own and half a second of the silence behind it", () => {
    expect(slotOf(line, { start: 20 }, open)).toEqual({ start: 10, own: 2, room: 2.5 });
    expect(slotOf(line, undefined, open)).toEqual({ start: 10, own: 2, room: 2.5 });
  });

  it("ends a little before the next one", () => {
    expect(slotOf(line, { start: 12.3 }, open).room).toBeCloseTo(2.22);
  });

  it("ends with the programme", () => {
    expect(slotOf(line, undefined, { programmeEnd: 12.1, free: 0 }).room).toBeCloseTo(2.1);
  });

  it("begins when the line before it has ended, and is shorter by that", () => {
    const slot = slotOf(line, { start: 12.3 }, { programmeEnd: 60, free: 10.4 });
    expect([slot.start, slot.room.toFixed(2), slot.own]).toEqual([10.4, "1.82", 2]);
    expect(slotOf(line, { start: 12.3 }, { programmeEnd: 60, free: 13 }).room).toBe(0);
  });
});

describe("a line", () => {
  it.each([
    ["that fits is placed as it is", [2, 2.5, 2.4], ["speak 1", "place 0.00"]],
    ["that is a little short stays so", [2, 2.5, 1.75], ["speak 1", "place 0.00"]],
    [
      "that is much too short is slowed down",
      [2, 2.5, 1.5],
      ["speak 1", "speak 0.9", "place 0.00"],
    ],
    [
      "that is too short by a sixth is slowed only so far",
      [2, 2.5, 1.69],
      ["speak 1", "speak 0.9", "place 0.00"],
    ],
    [
      "that is a little long is spoken faster",
      [2, 2.2, 2.4],
      ["speak 1", "speak 1.1", "place 0.00"],
    ],
    [
      "that is too long for that is stretched as well",
      [2, 2, 2.6],
      ["speak 1", "speak 1.25", "stretch 1.04", "place 0.00"],
    ],
    [
      "that is far too long is neither cut nor hurried further",
      [2, 2, 4],
      ["speak 1", "speak 1.25", "stretch 1.08", "place 0.96"],
    ],
    [
      "without any room is as fast as it may be",
      [1, 0, 1],
      ["speak 1", "speak 1.25", "stretch 1.08", "place 0.74"],
    ],
  ] as const)("%s", (_name, [own, room, natural], expected) => {
    expect(steps(own, room, natural).done).toEqual(expected);
  });

  it("is asked for in fewer words before it is too long, if that is possible", () => {
    const { done } = steps(2, 2, 4, { mayShorten: true });
    expect(done).toEqual(["speak 1", "speak 1.25", "stretch 1.08", "shorten"]);
  });

  it("whose voice ignores the speed is stretched alone", () => {
    const { done, takes } = steps(2, 2, 2.3, { obeys: false });
    expect(done).toEqual(["speak 1", "speak 1.15", "stretch 1.15", "place 0.00"]);
    expect(takes.at(-1)?.seconds).toBeCloseTo(2, 1);
  });

  it("is never faster than the bounds, and never loses words, for any lengths", () => {
    for (let room = 0; room < 6; room += 0.37) {
      for (let natural = 0.2; natural < 9; natural += 0.31) {
        const { done, takes } = steps(Math.max(0.1, room - 0.4), room, natural);
        const { speed = 1, tempo = 1, seconds = 0 } = takes.at(-1) ?? {};
        expect(speed).toBeLessThanOrEqual(bounds.fastest);
        expect(speed).toBeGreaterThanOrEqual(bounds.slowest);
        expect(speed * tempo).toBeLessThanOrEqual(bounds.mostTogether);
        expect(done.length).toBeLessThanOrEqual(4);
        expect(seconds * speed * tempo).toBeCloseTo(natural);
      }
    }
  });
});
