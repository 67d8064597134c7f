import { expect, it } from "vitest";
import { Breaker } from "../../../worker/src/job/breaker.ts";

const minute = 60_000;

function breaker() {
  let now = 0;
  const one = new Breaker(() => now);
  const fail = (times: number) => {
    for (let count = 0; count < times; count += 1) one.failed();
  };
  return { one, fail, wait: (ms: number) => (now += ms) };
}

it("opens after three failures in a row, and not after three with a success between", () => {
  const { one, fail } = breaker();
  fail(2);
  one.succeeded();
  fail(2);
  expect([one.isOpen, one.allows()]).toEqual([false, true]);
  fail(1);
  expect([one.isOpen, one.allows()]).toEqual([true, false]);
});

it("lets one try after a minute, whose success closes it", () => {
  const { one, fail, wait } = breaker();
  fail(3);
  wait(minute - 1);
  expect(one.allows()).toBe(false);
  wait(1);
  expect([one.allows(), one.allows()]).toEqual([true, false]);
  one.succeeded();
  expect([one.isOpen, one.allows(), one.allows()]).toEqual([false, true, true]);
});

it("rests twice as long after each failed try, and ten minutes at most", () => {
  const { one, fail, wait } = breaker();
  fail(3);
  wait(minute);
  for (const rest of [2, 4, 8, 10, 10]) {
    expect(one.allows()).toBe(true);
    one.failed();
    wait(rest * minute - 1);
    expect(one.allows()).toBe(false);
    wait(1);
  }
  expect(one.allows()).toBe(true);
  one.succeeded();
  fail(3);
  wait(minute);
  expect(one.allows()).toBe(true);
});

it("lets another one try when the first says nothing of it", () => {
  const { one, fail, wait } = breaker();
  fail(3);
  wait(minute);
  expect(one.allows()).toBe(true);
  one.undecided();
  expect([one.isOpen, one.allows()]).toEqual([true, true]);
});
