import { expect, it, vi } from "vitest";
import { Slots } from "../../../worker/src/agent/slots.ts";

it("a slot is given back once, and its listeners are called then", () => {
  const slots = new Slots(2);
  const onFree = vi.fn();
  slots.onFree(onFree);
  const first = slots.take();
  const second = slots.take();
  expect([slots.free, slots.take()]).toEqual([0, undefined]);
  first?.();
  first?.();
  expect([slots.free, onFree.mock.calls.length]).toEqual([1, 1]);
  second?.();
  expect([slots.free, slots.size, onFree.mock.calls.length]).toEqual([2, 2, 2]);
});
