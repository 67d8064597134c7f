import type { FastifyRequest, onRequestAsyncHookHandler } from "fastify";
import { AppError } from "../errors.ts";
import type { Caller, KeyStore } from "../keys/key-store.ts";
import { digestOf, sameSecret } from "../keys/keys.ts";
import type { Claimant } from "../jobs/claim.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set on routes of the client API that need a key. */
    caller?: Caller;
    /** Set on routes of the worker API that need a worker's key. */
    worker?: Claimant;
  }
}

const badKey = "Send a valid key as `Authorization: Bearer …`";

function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer ([!-~]{1,200})$/i.exec(request.headers.authorization ?? "")?.[1];
}

function keyOf(request: FastifyRequest): string {
  const key = bearerOf(request);
  if (key === undefined) throw new AppError("unauthorized", badKey);
  return key;
}

export function requireClientKey(keys: Pick<KeyStore, "authenticate">): onRequestAsyncHookHandler {
  return async (request) => {
    const caller = await keys.authenticate(keyOf(request));
    if (!caller) throw new AppError("unauthorized", badKey);
    request.caller = caller;
  };
}

export interface WorkerKeys {
  authenticate(key: string): Promise<Claimant | undefined>;
}

export function requireWorkerKey(keys: WorkerKeys): onRequestAsyncHookHandler {
  return async (request) => {
    const worker = await keys.authenticate(keyOf(request));
    if (!worker) {
      throw new AppError(
        "unauthorized",
        "The worker key is unknown; register again to get a new one",
      );
    }
    request.worker = worker;
  };
}

export function requireAdminSecret(secret: string): onRequestAsyncHookHandler {
  const digest = digestOf(secret);
  return async (request) => {
    const given = bearerOf(request) ?? request.headers["x-admin-secret"];
    if (typeof given !== "string" || !sameSecret(given, digest)) {
      throw new AppError("unauthorized", "Send the admin secret as `Authorization: Bearer …`");
    }
    await Promise.resolve();
  };
}

export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error(`${request.url} has no key check`);
  return request.caller;
}

export function workerOf(request: FastifyRequest): Claimant {
  if (!request.worker) throw new Error(`${request.url} has no worker key check`);
  return request.worker;
}
