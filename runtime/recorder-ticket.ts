import { createHmac } from "node:crypto";

/**
 * The right to record under one name alone. Whoever has the admin secret makes it without asking anybody; the recorder
 * that holds it knows neither the secret nor another recorder's ticket.
 */
export function recorderTicket(adminSecret: string, recorderName: string): string {
  const mac = createHmac("sha256", adminSecret).update(`record as ${recorderName}`);
  return `fw_rec_${mac.digest("base64url")}`;
}
