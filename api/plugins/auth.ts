import type { FastifyRequest, onRequestAsyncHookHandler, RouteOptions } from "fastify";
import type { KeyScope } from "@framewright/contracts/client-api.ts";
import type { Actor } from "../audit-log.ts";
import { AppError } from "../errors.ts";
import type { Caller } from "../keys/caller.ts";
import type { Callers } from "../keys/callers.ts";
import { isKey, workerTokenKind } from "@framewright/contracts/api-key.ts";
import type { FailureLimit } from "../keys/failure-limit.ts";
import { digestOf, sameSecret } from "../keys/keys.ts";
import type { Claimant } from "../jobs/claim.ts";
import type { Proof } from "../workers/registration.ts";
import { isWorkerTicket, workerTicket } from "@framewright/runtime/worker-ticket.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set on routes of the client API that need a key or a token. */
    caller?: Caller;
    /** Set on routes of the worker API that need a worker's key. */
    worker?: Claimant;
  }
  interface FastifyContextConfig {
    /** What a key needs for this route; every route of the client API with a key states it. */
    scope?: KeyScope;
  }
}

/** Names of the security schemes in the OpenAPI document. */
export type SecurityScheme = "key" | "token";

const badKey = "Send a valid key as `Authorization: Bearer …`";

function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer ([!-~]{1,200})$/i.exec(request.headers.authorization ?? "")?.[1];
}

function keyOf(request: FastifyRequest): string {
  const key = bearerOf(request);
  if (key === undefined) throw new AppError("unauthorized", badKey);
  return key;
}

function scopeOf({ url, config }: Pick<RouteOptions, "url" | "config">): KeyScope {
  if (config?.scope === undefined) throw new Error(`${url} does not state which scope it needs`);
  return config.scope;
}

/** Shows the scope in the OpenAPI document, for each way to prove it, and refuses at start a route that states none. */
export function documentScope(
  route: RouteOptions,
  schemes: readonly SecurityScheme[] = ["key"],
): void {
  const scopes = [scopeOf(route)];
  route.schema = { ...route.schema, security: schemes.map((scheme) => ({ [scheme]: scopes })) };
}

function checkScope(request: FastifyRequest, caller: Caller): void {
  const { url = "", config } = request.routeOptions;
  const scope = scopeOf({ url, config });
  if (caller.scopes.includes(scope)) return;
  const what = caller.expiresAt === undefined ? "key" : "token";
  const has = caller.scopes.length === 0 ? "no scope" : caller.scopes.join(" and ");
  throw new AppError(
    "insufficient-scope",
    `This ${what} has ${has}; the request needs the scope ${scope}`,
  );
}

/** Tokens are longer than keys; the server bounds all headers together. */
function clientBearerOf({ headers }: FastifyRequest): string {
  return /^Bearer ([!-~]+)$/i.exec(headers.authorization ?? "")?.[1] ?? "";
}

/** A key, or a token of the issuer where the stack has one. */
export function requireCaller(
  callers: Pick<Callers, "authenticate" | "issuer">,
): onRequestAsyncHookHandler {
  const missing =
    callers.issuer === undefined
      ? badKey
      : `Send a valid key, or a token of ${callers.issuer}, as \`Authorization: Bearer …\``;
  return async (request) => {
    const caller = await callers.authenticate(clientBearerOf(request), request.ip);
    if (!caller) throw new AppError("unauthorized", missing);
    request.caller = caller;
    checkScope(request, caller);
  };
}

export interface WorkerKeys {
  authenticate(key: string, address: string): Promise<Claimant | undefined>;
}

export function requireWorkerKey(keys: WorkerKeys): onRequestAsyncHookHandler {
  return async (request) => {
    const worker = await keys.authenticate(keyOf(request), request.ip);
    if (!worker) {
      throw new AppError(
        "unauthorized",
        "The worker key is unknown; register again to get a new one",
      );
    }
    request.worker = worker;
    const { workerId: worker_id, workerName } = worker;
    request.log = request.log.child({ worker_id, worker: workerName });
  };
}

/** The bearer, or what callers of earlier days send in its place. */
function registrarKey(request: FastifyRequest): string | undefined {
  const given = bearerOf(request) ?? request.headers["x-admin-secret"];
  return typeof given === "string" ? given : undefined;
}

/** Who may register and list workers; guesses of a secret are counted by address, as those of keys are. */
export interface AdminSecret {
  readonly secrets: readonly string[];
  readonly failures: FailureLimit;
}

function requireOneOf(
  { secrets, failures }: AdminSecret,
  { isGood, refusal }: { isGood: (given: string) => boolean; refusal: string },
): onRequestAsyncHookHandler {
  const digests = secrets.map(digestOf);
  const isOne = (given: string) => digests.some((digest) => sameSecret(given, digest));
  return async (request) => {
    const given = registrarKey(request);
    if (given === undefined) throw new AppError("unauthorized", refusal);
    const wasNoFailure = failures.expectFailure(request.ip);
    if (!isGood(given) && !isOne(given)) throw new AppError("unauthorized", refusal);
    wasNoFailure();
    await Promise.resolve();
  };
}

export function requireAdminSecret(admin: AdminSecret): onRequestAsyncHookHandler {
  const refusal = "Send the admin secret as `Authorization: Bearer …`";
  return requireOneOf(admin, { isGood: () => false, refusal });
}

const noRegistrar =
  "Send the admin secret, a token, or the ticket of this worker, as `Authorization: Bearer …`";

/** Before the body is read: a ticket is compared with the worker's name by {@link proofOf}, and a token is looked up. */
export function requireRegistrar(admin: AdminSecret): onRequestAsyncHookHandler {
  const isGood = (given: string) => isWorkerTicket(given) || isKey(workerTokenKind, given);
  return requireOneOf(admin, { isGood, refusal: noRegistrar });
}

/** What a request that passed {@link requireRegistrar} proves about the worker of this name, as far as no look-up is needed. */
export function proofOf(
  request: FastifyRequest,
  secrets: readonly string[],
  workerName: string,
): Proof {
  const given = registrarKey(request) ?? "";
  if (isKey(workerTokenKind, given)) {
    return { token: given, requestId: request.id, address: request.ip };
  }
  if (!isWorkerTicket(given)) return "admin-secret";
  const tickets = secrets.map((secret) => digestOf(workerTicket(secret, workerName)));
  if (tickets.some((ticket) => sameSecret(given, ticket))) return "ticket";
  throw new AppError("unauthorized", noRegistrar);
}

export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error(`${request.url} has no key check`);
  return request.caller;
}

/** The caller's own project, or the one that is asked for, which does not exist for others than the platform's keys. */
export function projectAsked(request: FastifyRequest, asked: string | undefined): string {
  const { projectId, scopes } = callerOf(request);
  if (asked === undefined || asked === projectId || scopes.includes("platform")) {
    return asked ?? projectId;
  }
  throw new AppError("project-not-found", `There is no project ${asked}`);
}

/** Who sent the request, for what writes. */
export function actorOf(request: FastifyRequest): Actor {
  const { keyId, keyName, projectId } = callerOf(request);
  return { keyId, keyName, projectId, requestId: request.id, address: request.ip };
}

export function workerOf(request: FastifyRequest): Claimant {
  if (!request.worker) throw new Error(`${request.url} has no worker key check`);
  return request.worker;
}
