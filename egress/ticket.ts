/** Runs before the recorder in a pod of its own: leaves it a ticket, so that it never sees the admin secret. */
import { writeFile } from "node:fs/promises";
import { recorderTicket } from "@framewright/runtime/recorder-ticket.ts";
import { loadTicketEnv } from "./env.ts";

const { workerAdminSecret, podName, recorderTicketFile } = loadTicketEnv();
// Writable for its owner: it runs again in the same pod when the node loses the pod's sandbox.
await writeFile(recorderTicketFile, recorderTicket(workerAdminSecret, podName), { mode: 0o600 });
