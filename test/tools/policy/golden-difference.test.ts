import { expect, test } from "vitest";
import { changesBetween } from "../../../tools/policy/golden-difference.ts";

function text(resources: object, rest: object = {}): string {
  return JSON.stringify({ resources, ...rest });
}

function changes(before: string, after: string) {
  return changesBetween(before, after, "golden.json");
}

test("the same golden file has no changes, whatever the order of its keys", () => {
  const before = text({ a: { x: 1, y: [1, 2] }, b: {} }, { edges: ["a → b"] });
  const after = text({ b: {}, a: { y: [1, 2], x: 1 } }, { edges: ["a → b"] });
  expect(changes(before, after)).toEqual([]);
});

test("resources that come and go are told by their keys", () => {
  expect(changes(text({ old: {}, kept: {} }), text({ kept: {}, new: {} }))).toEqual([
    { kind: "added", what: "new", fields: [] },
    { kind: "removed", what: "old", fields: [] },
  ]);
});

test("of a changed resource each field is told, before and after", () => {
  const before = text({ cart: { spec: { replicas: 2, args: ["a"], gone: true } } });
  const after = text({ cart: { spec: { replicas: 3, args: ["a", "b"], empty: {} } } });
  expect(changes(before, after)).toEqual([
    {
      kind: "changed",
      what: "cart",
      fields: [
        "spec.replicas: 2 → 3",
        "spec.gone: true → nothing",
        'spec.args.1: nothing → "b"',
        "spec.empty: nothing → {}",
      ],
    },
  ]);
});

test("long values differ in the part that is not shown, too", () => {
  const value = (end: string) => text({ cart: { data: `${"x".repeat(200)}${end}` } });
  const [change] = changes(value("1"), value("2"));
  expect(change?.fields).toHaveLength(1);
  expect(change?.fields[0]?.length).toBeLessThan(150);
});

test("outputs and network edges are told as well", () => {
  const before = text({}, { outputs: { url: "a" }, edges: ["api → redis:6379"] });
  const after = text({}, { outputs: { url: "b" }, edges: ["api → postgres:5432"] });
  expect(changes(before, after).map(({ kind, what }) => `${kind} ${what}`)).toEqual([
    "added edge api → postgres:5432",
    "removed edge api → redis:6379",
    "changed outputs",
  ]);
});

test("a file that is no golden file is an error that names it", () => {
  expect(() => changes("[]", text({}))).toThrow("golden.json");
});
