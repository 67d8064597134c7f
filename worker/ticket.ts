/** Runs before the worker in a pod of its own: leaves it a ticket, so that it never sees the admin secret. */
import { writeFile } from "node:fs/promises";
import { workerTicket } from "@framewright/runtime/worker-ticket.ts";
import { loadTicketEnv } from "./env.ts";

const { workerAdminSecret, workerName, workerTicketFile } = loadTicketEnv();
// Writable for its owner: it runs again in the same pod when the node loses the pod's sandbox.
await writeFile(workerTicketFile, workerTicket(workerAdminSecret, workerName), { mode: 0o600 });
