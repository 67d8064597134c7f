import { expect, it } from "vitest";
import { accountNeed, type StackNeed } from "../../../config/account-need.ts";
import { checkConfig } from "../../../config/load.ts";
import type { Answer, QuotaNeed } from "../../../tools/account/account.ts";
import { compare } from "../../../tools/account/compare.ts";
import { eksEntries } from "../../config/support.ts";

function needOf(entries: object): StackNeed {
  const need = accountNeed("test", checkConfig(entries, "Pulumi.test.yaml", import.meta.dirname));
  if (need === undefined) throw new Error("the stack makes no cluster");
  return need;
}

const zones = ["use1-az1", "use1-az2"];
const need = needOf(eksEntries);

/** An account that sells everything in both zones, with these differences. */
function answerWith(
  sold: Readonly<Record<string, readonly string[]>>,
  more: Partial<Answer> = {},
): Answer {
  const everywhere = need.pools.map(({ pool }) => [pool, sold[pool] ?? zones] as const);
  return { zones, sold: new Map(everywhere), quotas: [], ...more };
}

it("prints the line of the stack file for a GPU that one zone lacks", () => {
  const { blocking } = compare(need, answerWith({ a100: ["use1-az2", "use1-az6"] }));
  expect(blocking).toEqual([
    "a100: p4d.24xlarge is not sold in use1-az1: set framewright:gpu: { zones: { a100: [use1-az2] } }",
  ]);
  const gpu = { zones: { a100: ["use1-az2"] } };
  const fixed = compare(needOf({ ...eksEntries, gpu }), answerWith({ a100: ["use1-az2"] }));
  expect(fixed.blocking).toEqual([]);
});

it("names the zones that have a machine of the system pool", () => {
  const { blocking } = compare(need, answerWith({ system: ["use1-az2", "use1-az4"] }));
  expect(blocking).toEqual([
    "system: m6i.xlarge is not sold in use1-az1: choose another machine in eks.system, or other zones; the region has it in use1-az2, use1-az4",
  ]);
});

it("names a zone that the account does not have", () => {
  const { blocking } = compare(need, answerWith({}, { zones: ["use1-az2", "use1-az4"] }));
  expect(blocking).toEqual([
    "use1-az1 is no zone of this account in us-east-1: use some of use1-az2, use1-az4",
  ]);
});

it.each([
  [{ limit: 10, used: 0 }, "", "ok"],
  [{ limit: 12, used: 2 }, "", "ok"],
  [{ limit: 9, used: 0 }, "1", "limits growth"],
  [{ limit: 6, used: 2 }, "6", "limits growth"],
  [{ limit: 3, used: 0 }, "7", "MISSING"],
  [{ limit: 0, used: 5 }, "15", "MISSING"],
])("of a quota with %j lacks %s: %s", (room, missing, verdict) => {
  const quota: QuotaNeed = { id: "q", what: "q", start: 4, most: 10, room, ask: () => "ask" };
  const { tables, blocking, limiting } = compare(need, answerWith({}, { quotas: [quota] }));
  expect(tables[1]?.rows[0]?.slice(-2)).toEqual([missing, verdict]);
  expect([blocking.length > 0, limiting.length > 0]).toEqual([
    verdict === "MISSING",
    verdict === "limits growth",
  ]);
});
