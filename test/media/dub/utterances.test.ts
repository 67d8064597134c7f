import { describe, expect, it } from "vitest";
import {
  spreadWords,
  utterancesOf,
  withoutLoops,
  type Word,
} from "../../../media/dub/utterances.ts";

/** Words as `text@start-end`. */
function words(...texts: string[]): Word[] {
  return texts.map((one) => {
    const [text = "", times = ""] = one.split("@");
    const [start = 0, end = 0] = times.split("-").map(Number);
    return { text, start, end };
  });
}

const texts = (list: readonly Word[]): string[] => utterancesOf(list).map(({ text }) => text);

describe("lines of what was said", () => {
  it("end with a sentence, with their times", () => {
    const said = words("It@0.2-0.5", "rains.@0.5-1.4", "We@1.6-2", "stay.@2-2.9");
    expect(utterancesOf(said)).toEqual([
      { start: 0.2, end: 1.4, text: "It rains." },
      { start: 1.6, end: 2.9, text: "We stay." },
    ]);
  });

  it("end with a sentence whose quotation is closed behind it", () => {
    expect(texts(words("“Go!”@0-1.2", "he@1.3-2", "said@2-3"))).toEqual(["“Go!”", "he said"]);
  });

  it("end with a pause, whatever the words are", () => {
    expect(texts(words("and@0-1.2", "then@2-3.1"))).toEqual(["and", "then"]);
  });

  it("end with a comma only if they are long enough and somebody breathes", () => {
    const long = words("one@0-1", "two@1-2", "three,@2-3.2");
    expect(texts([...long, ...words("four@3.5-5")])).toEqual(["one two three,", "four"]);
    expect(texts([...long, ...words("four@3.3-5")])).toEqual(["one two three, four"]);
    expect(texts(words("one,@0-1.1", "two@1.5-3"))).toEqual(["one, two"]);
  });

  it("are no longer than twelve seconds, even without a pause", () => {
    const said = Array.from({ length: 30 }, (_, index) => ({
      text: "la",
      start: index,
      end: index + 1,
    }));
    const lines = utterancesOf(said);
    expect(Math.max(...lines.map(({ start, end }) => end - start))).toBeLessThanOrEqual(12);
    expect(lines.flatMap(({ text }) => text.split(" "))).toHaveLength(30);
  });

  it("join a neighbour if they are very short and near", () => {
    expect(texts(words("No.@0-0.4", "Never.@0.6-1.6"))).toEqual(["No. Never."]);
    expect(texts(words("No.@0-0.4", "Never.@0.9-2"))).toEqual(["No.", "Never."]);
  });

  it("leave out what says nothing and what ends before it begins", () => {
    expect(texts(words("a@0-1", " @1-2", "b@3-2.5"))).toEqual(["a"]);
    expect(utterancesOf([])).toEqual([]);
  });
});

it("words without times of their own share those of their text by their letters", () => {
  expect(spreadWords({ text: "a bcd", start: 10, end: 14 })).toEqual(words("a@10-11", "bcd@11-14"));
  expect(spreadWords({ text: " ", start: 0, end: 1 })).toEqual([]);
});

it("a line that is heard for ever is heard twice", () => {
  const line = (text: string) => ({ start: 0, end: 1, text });
  const heard = ["Thanks.", "Thanks.", "Thanks.", "Thanks.", "Bye.", "Thanks."].map(line);
  expect(withoutLoops(heard).map(({ text }) => text)).toEqual([
    ...["Thanks.", "Thanks.", "Bye.", "Thanks."],
  ]);
});
