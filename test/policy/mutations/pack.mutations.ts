import { afterAll, describe, expect, it } from "vitest";
import { plainTable } from "../../../tools/testing/tables.ts";
import { goldenStacks } from "../kit/goldens.ts";
import { exceptionOf, exceptions } from "./exceptions.ts";
import { Hunt, mutationsIn } from "./hunt.ts";

/** Thousands of mutations, on a machine that may have other things to do. */
const patience = 10 * 60_000;

const tally: string[][] = [];
/** How many mutations passed by each exception. */
const passed = new Map(exceptions.map((exception) => [exception, 0]));
const catchers = new Set<string>();

afterAll(() => {
  const head = ["stack", "mutations", "caught", "exceptions"];
  console.log(plainTable({ title: "\nWhat became worse, and was caught", head, rows: tally }));
  const rows = [...passed].map(([{ of, because }, count]) => [of, count.toString(), because]);
  const columns = ["what", "passed", "because"];
  console.log(plainTable({ title: "\nExceptions", head: columns, rows }));
  console.log(`\n${catchers.size} rules were the first to see something`);
});

describe.each(goldenStacks)("the stack $name", (stack) => {
  it(
    "can't become worse in any field or guard without a rule that sees it",
    () => {
      const hunt = new Hunt(stack);
      const all = mutationsIn(stack);
      const escaped = all.filter((worse) => {
        const rule = hunt.catcherOf(worse);
        if (rule !== undefined) catchers.add(rule.name);
        return rule === undefined;
      });
      const survivors = escaped.filter(({ field, what }) => {
        const exception = exceptionOf(field, stack.name, what);
        if (exception !== undefined) passed.set(exception, (passed.get(exception) ?? 0) + 1);
        return exception === undefined;
      });
      const [total, free, left] = [all.length, escaped.length, survivors.length];
      tally.push([stack.name, ...[total, total - free, free - left].map(String)]);
      expect(survivors.map(({ field, what }) => `${field}: ${what}`)).toEqual([]);
      expect(total).toBeGreaterThan(300);
    },
    patience,
  );
});

it("each exception is about a mutation that passes", () => {
  const idle = [...passed].filter(([, count]) => count === 0).map(([exception]) => exception.of);
  expect(idle).toEqual([]);
});
