import { describe, expect, it } from "vitest";
import { shapeAt, shapeChanges, usualShape, type ShapeChange } from "../../media/shape-changes.ts";

const narrow = { width: 720, height: 576, pixelAspect: 16 / 15 };
const wide = { width: 720, height: 576, pixelAspect: 64 / 45 };

describe("the shapes of pictures", () => {
  it.each<[string, string, ShapeChange[]]>([
    ["one", "1.4,720,576,16:15\n2.4,720,576,16:15\n", [{ at: 0, ...narrow }]],
    [
      "a new shape of the pixels",
      "1.4,720,576,16:15\n2.4,720,576,64:45\n3.4,720,576,64:45\n",
      [
        { at: 0, ...narrow },
        { at: 1, ...wide },
      ],
    ],
    [
      "a new size",
      "1.4,720,576,1:1\n2.4,1280,720,1:1\n",
      [
        { at: 0, width: 720, height: 576, pixelAspect: 1 },
        { at: 1, width: 1280, height: 720, pixelAspect: 1 },
      ],
    ],
    [
      "a shape that comes back",
      "1.4,720,576,16:15\n2.4,720,576,64:45\n4.4,720,576,16:15\n",
      [
        { at: 0, ...narrow },
        { at: 1, ...wide },
        { at: 3, ...narrow },
      ],
    ],
    [
      "pixels that nothing is said of",
      "1.4,640,480,N/A\n2.4,640,480,0:1\n3.4,640,480,1:1\n",
      [{ at: 0, width: 640, height: 480, pixelAspect: 1 }],
    ],
    [
      "lines that say nothing",
      "\nN/A,720,576,16:15\n1.4,0,0,1:1\nhello\n1.9,720,576,16:15,side data\n",
      [{ at: 0.5, ...narrow }],
    ],
    ["none", "", []],
  ])("are read: %s", (_title, text, wanted) => {
    const rounded = shapeChanges(text, 1.4).map((change) => ({
      ...change,
      at: Math.round(change.at * 1000) / 1000,
    }));
    expect(rounded).toEqual(wanted);
  });

  it("are at most fifty", () => {
    const text = Array.from(
      { length: 80 },
      (_, at) => `${at},720,576,${at % 2 === 0 ? "16:15" : "64:45"}\n`,
    ).join("");
    expect(shapeChanges(text, 0)).toHaveLength(50);
  });
});

describe("the usual shape", () => {
  it.each<[string, ShapeChange[], number, ShapeChange | undefined]>([
    ["of none is none", [], 10, undefined],
    ["of one is that one", [{ at: 0, ...narrow }], 10, { at: 0, ...narrow }],
    [
      "is the longest",
      [
        { at: 0, ...narrow },
        { at: 3, ...wide },
      ],
      10,
      { at: 3, ...wide },
    ],
    [
      "is the longest, with all of its parts together",
      [
        { at: 0, ...narrow },
        { at: 4, ...wide },
        { at: 9, ...narrow },
      ],
      12,
      { at: 0, ...narrow },
    ],
    [
      "is the first one of two that last equally long",
      [
        { at: 0, ...narrow },
        { at: 5, ...wide },
      ],
      10,
      { at: 0, ...narrow },
    ],
  ])("%s", (_title, changes, end, wanted) => {
    expect(usualShape(changes, end)).toEqual(wanted);
  });
});

describe("the shape at a time", () => {
  const changes = [
    { at: 0.2, ...narrow },
    { at: 3, ...wide },
  ];
  it.each<[number, ShapeChange | undefined]>([
    [0, changes[0]],
    [0.2, changes[0]],
    [2.99, changes[0]],
    [2.9995, changes[1]],
    [100, changes[1]],
  ])("of %d s", (time, wanted) => {
    expect(shapeAt(changes, time)).toEqual(wanted);
  });

  it("is not known where it was not looked for", () => {
    expect(shapeAt([], 1)).toBeUndefined();
  });
});
