import type { FastifyRequest, onRequestAsyncHookHandler } from "fastify";
import { recorderTicket } from "@framewright/runtime/recorder-ticket.ts";
import { AppError } from "../errors.ts";
import { digestOf, sameSecret } from "../keys/keys.ts";
import type { AdminSecret } from "./auth.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set on routes of the worker API for recorders: the name that the ticket is for. */
    recorder?: string;
  }
}

const refusal =
  "Send the recorder's name as `X-Recorder`, and the ticket of that name as `Authorization: Bearer …`";

function given(request: FastifyRequest): { readonly name: string; readonly ticket: string } {
  const name = request.headers["x-recorder"];
  const ticket = /^Bearer (fw_rec_[\w-]{43})$/.exec(request.headers.authorization ?? "")?.[1];
  if (typeof name !== "string" || !/^[!-~]{1,253}$/.test(name) || ticket === undefined) {
    throw new AppError("unauthorized", refusal);
  }
  return { name, ticket };
}

/** A recorder proves its name alone, by a ticket that was made of one of the secrets; nothing is kept of it. */
export function requireRecorder({ secrets, failures }: AdminSecret): onRequestAsyncHookHandler {
  return async (request) => {
    const { name, ticket } = given(request);
    const wasNoFailure = failures.expectFailure(request.ip);
    const isGood = secrets.some((secret) =>
      sameSecret(ticket, digestOf(recorderTicket(secret, name))),
    );
    if (!isGood) throw new AppError("unauthorized", refusal);
    wasNoFailure();
    request.recorder = name;
    request.log = request.log.child({ recorder: name });
    await Promise.resolve();
  };
}

export function recorderOf({ recorder, url }: FastifyRequest): string {
  if (recorder === undefined) throw new Error(`${url} has no check of a recorder's ticket`);
  return recorder;
}
