import { describe, expect, test } from "vitest";
import { readRepository } from "../../../tools/restore/backup-info.ts";
import { parseTarget, planRestore, planText, targetArgument } from "../../../tools/restore/plan.ts";

const now = new Date("2026-11-29T12:00:00Z");

function seconds(time: string): number {
  return new Date(time).getTime() / 1000;
}

function backup(label: string, stop: string, start = "000000010000000000000002") {
  const type = label.endsWith("F") ? "full" : "incr";
  return {
    label,
    type,
    timestamp: { start: seconds(stop) - 60, stop: seconds(stop) },
    archive: { start, stop: start },
    info: { size: 3 * 2 ** 30, delta: 1, repository: { size: 1, delta: 1 } },
  };
}

const info = JSON.stringify([
  {
    name: "main",
    status: { code: 0, message: "ok" },
    archive: [{ id: "17-1", min: "000000010000000000000001", max: "0000000100000000000000A7" }],
    backup: [
      backup("20261122-020000F", "2026-11-22T02:01:00Z"),
      backup(
        "20261122-020000F_20261123-020000I",
        "2026-11-23T02:00:30Z",
        "000000010000000000000014",
      ),
    ],
  },
]);

describe("the time to go back to", () => {
  test.each([
    ["2026-11-28 03:04:05", "2026-11-28 03:04:05.000+00"],
    ["2026-11-28T03:04:05Z", "2026-11-28 03:04:05.000+00"],
    ["2026-11-28 03:04", "2026-11-28 03:04:00.000+00"],
    ["2026-11-28 04:04:05.25 +01:00", "2026-11-28 03:04:05.250+00"],
    ["2026-11-28 03:04:05 UTC", "2026-11-28 03:04:05.000+00"],
    ["latest", "latest"],
  ])("%s is %s", (text, wanted) => {
    expect(targetArgument(parseTarget(text, now))).toBe(wanted);
  });

  test.each(["yesterday", "2026-13-01 00:00:00", "2026-11-28", ""])("%s is refused", (text) => {
    expect(() => parseTarget(text, now)).toThrow(/^--to is "/);
  });

  test("one that is to come is refused", () => {
    expect(() => parseTarget("2026-11-30 00:00:00", now)).toThrow(/still to come/);
  });
});

describe("the plan", () => {
  const repository = readRepository(info);

  test.each([
    ["2026-11-22 02:01:00", "20261122-020000F"],
    ["2026-11-23 02:00:29", "20261122-020000F"],
    ["2026-11-23 02:00:30", "20261122-020000F_20261123-020000I"],
    ["latest", "20261122-020000F_20261123-020000I"],
  ])("to %s begins with the last backup that had ended, %s", (to, label) => {
    expect(planRestore(repository, parseTarget(to, now)).backup.label).toBe(label);
  });

  test("a time before the oldest backup ended cannot be had", () => {
    expect(() => planRestore(repository, parseTarget("2026-11-22 02:00:59", now))).toThrow(
      "the oldest ended 2026-11-22 02:01:00.000+00",
    );
  });

  test("says what happens, in words", () => {
    const plan = planRestore(repository, parseTarget("2026-11-28 03:04:05", now));
    const facts = { plan, loss: { jobs: 7, events: 90 }, stopped: ["api", "postgres"] };
    expect(planText(facts)).toBe(
      `  restores to  2026-11-28 03:04:05.000+00
  from backup  20261122-020000F_20261123-020000I (incr, 3.0 GiB, ended 2026-11-23 02:00:30.000+00)
  replays log  000000010000000000000014 to 0000000100000000000000A7 at most
  stops        api, postgres
  loses        7 jobs that were submitted since, 90 events
  keeps        what is there now, on the same volume as /data/pgdata.before-restore; objects in the store stay as they are`,
    );
  });

  test.each([
    ["2026-11-28 03:04:05", "loses        cannot be counted: the database does not answer"],
    ["latest", "loses        what the archived log does not have"],
  ])("to %s with no loss counted says why", (to, line) => {
    const plan = planRestore(repository, parseTarget(to, now));
    expect(planText({ plan, loss: undefined, stopped: [] })).toContain(line);
  });
});

test("a repository without a backup says how to make one", () => {
  const empty = [
    { name: "main", status: { code: 2, message: "no valid backups" }, archive: [], backup: [] },
  ];
  expect(() => readRepository(JSON.stringify(empty))).toThrow(
    /no backup: no valid backups. Make one: kubectl/,
  );
});
