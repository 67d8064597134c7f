import { LRUCache } from "lru-cache";
import type { Db } from "../backends/db.ts";
import type { OnLook } from "../backend-metrics.ts";
import { AppError } from "../errors.ts";
import { derivedId } from "../ids.ts";
import { Authenticator } from "../keys/authenticator.ts";
import type { Caller } from "../keys/caller.ts";
import type { FailureLimit } from "../keys/failure-limit.ts";
import { projectOf, scopesOf } from "./claims.ts";
import type { IssuerKeys } from "./issuer-keys.ts";
import type { OidcSettings } from "./settings.ts";
import { verifyToken } from "./verify.ts";

/** Whose token a request carries. */
export interface TokenStore {
  readonly issuer: string;
  /**
   * Undefined for what is no token at all. Throws `unauthorized` with the reason for one that is refused,
   * `project-refused` for one without a project that is there, and `unavailable` while nobody can tell.
   */
  authenticate(token: string, address: string): Promise<Caller | undefined>;
  /** False once the project is archived, at most three seconds later. */
  isActive(caller: Pick<Caller, "projectId">): Promise<boolean>;
}

export interface TokenStoreOptions {
  readonly db: Pick<Db, "query">;
  readonly failures: FailureLimit;
  readonly settings: OidcSettings;
  readonly keys: Pick<IssuerKeys, "find">;
  /** Told of each look into the tokens that are remembered. */
  readonly onLook: OnLook;
}

/** Header, claims and signature (RFC 7515, 7.1); an unsigned one has nothing in the third place. */
const tokenForm = /^[\w-]+\.[\w-]+\.[\w-]*$/;
const activeMs = 3_000;
const maxActive = 10_000;

async function isOpen(db: Pick<Db, "query">, projectId: string): Promise<boolean> {
  const { rowCount } = await db.query({
    name: "project-is-open",
    text: "SELECT 1 FROM projects WHERE id = $1 AND archived_at IS NULL",
    values: [projectId],
  });
  return rowCount === 1;
}

async function callerOf(token: string, { db, keys, settings }: TokenStoreOptions): Promise<Caller> {
  const { issuer, projectClaim } = settings;
  const { subject, claims, expiresAt } = await verifyToken(token, keys.find, settings);
  const projectId = projectOf(claims, settings);
  if (projectId === undefined) {
    const message = `The token has no claim ${projectClaim} with the id of a project`;
    throw new AppError("project-refused", message);
  }
  if (!(await isOpen(db, projectId))) {
    const message = `The token is for the project ${projectId}, which does not exist or is archived`;
    throw new AppError("project-refused", message);
  }
  return {
    keyId: derivedId([issuer, subject]),
    keyName: `${subject} (${issuer})`,
    projectId,
    scopes: scopesOf(claims, settings),
    expiresAt,
  };
}

export function createTokenStore(options: TokenStoreOptions): TokenStore {
  const { db, failures, settings, onLook } = options;
  const callers = new Authenticator<Caller>({
    hasForm: (token) => tokenForm.test(token),
    find: (token) => callerOf(token, options),
    ...{ failures, onLook },
  });
  const open = new LRUCache<string, boolean>({ max: maxActive, ttl: activeMs });
  return {
    issuer: settings.issuer,
    authenticate: async (token, address) => {
      const caller = await callers.authenticate(token, address);
      // It may have expired since it was remembered.
      if (caller?.expiresAt !== undefined && caller.expiresAt <= Date.now()) {
        throw new AppError("unauthorized", "The token has expired; get a new one");
      }
      return caller;
    },
    isActive: async ({ projectId }) => {
      const remembered = open.get(projectId);
      if (remembered !== undefined) return remembered;
      const isNow = await isOpen(db, projectId);
      open.set(projectId, isNow);
      return isNow;
    },
  };
}
