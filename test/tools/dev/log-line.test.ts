import { expect, test } from "vitest";
import { prefixed, readableLine } from "../../../tools/dev/log-line.ts";

test.each([
  [
    '{"level":"info","time":"2026-01-02T03:04:05.678Z","service":"api","port":8000,"message":"listening"}',
    "03:04:05.678 info  listening port=8000",
  ],
  [
    '{"level":"error","time":"2026-01-02T03:04:05.678Z","worker":"dev","err":{"code":"x"},"message":"failed"}',
    '03:04:05.678 error failed err={"code":"x"}',
  ],
  ["SyntaxError: unexpected token", "SyntaxError: unexpected token"],
  ["{ not: json }", "{ not: json }"],
])("%s", (line, shown) => {
  expect(readableLine(line)).toBe(shown);
});

test("each line begins with the program that it is of", () => {
  expect(prefixed("worker", "hello")).toBe("worker    | hello");
});
