import { expect, test } from "vitest";
import { isWorkerTicket, workerTicket } from "../../runtime/worker-ticket.ts";

const ticket = workerTicket("the admin secret", "worker-0");

test("a ticket is the same each time, and that of one worker and one secret", () => {
  expect(ticket).toBe(workerTicket("the admin secret", "worker-0"));
  const others = [
    workerTicket("the admin secret", "worker-1"),
    workerTicket("another secret", "worker-0"),
  ];
  expect(new Set([ticket, ...others]).size).toBe(3);
});

test.each([
  ["a ticket", ticket, true],
  ["a secret", "the admin secret", false],
  ["a worker's key", `fw_wkr_${"a".repeat(43)}`, false],
  ["a longer text", `${ticket}a`, false],
])("%s is recognised by its form", (_what, text, isOne) => {
  expect(isWorkerTicket(text)).toBe(isOne);
});
