import { createHmac } from "node:crypto";

/**
 * The right to register one worker, under its own name alone. Whoever has the admin secret makes it without asking
 * anybody, and from it nobody gets the admin secret or another worker's ticket.
 */
export function workerTicket(adminSecret: string, workerName: string): string {
  const mac = createHmac("sha256", adminSecret).update(`register worker ${workerName}`);
  return `fw_reg_${mac.digest("base64url")}`;
}

/** Whether the text has the form of a ticket. */
export function isWorkerTicket(text: string): boolean {
  return /^fw_reg_[A-Za-z0-9_-]{43}$/.test(text);
}
