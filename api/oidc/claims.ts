import { keyScopes, type KeyScope } from "@framewright/contracts/client-api.ts";
import type { ClaimMapping } from "./settings.ts";

export type Claims = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Claims {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** RFC 6901: `~1` stands for a slash in a name, `~0` for a tilde. */
function stepsOf(pointer: string): string[] {
  return pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/**
 * The claim of this name, or at this JSON pointer, which begins with a slash: names of claims often are URLs, with dots and
 * slashes of their own.
 */
export function claimAt(claims: Claims, path: string): unknown {
  const steps = path.startsWith("/") ? stepsOf(path) : [path];
  return steps.reduce<unknown>(
    (node, step) => (isObject(node) && Object.hasOwn(node, step) ? node[step] : undefined),
    claims,
  );
}

/** Scopes of OAuth are one text, separated by spaces (RFC 8693, 4.2); roles and permissions are lists. */
function valuesOf(claim: unknown): unknown[] {
  if (typeof claim === "string") return claim.split(" ");
  return Array.isArray(claim) ? claim : [];
}

/** The scopes of ours that a token gives. */
export function scopesOf(claims: Claims, { scopeClaim, scopes }: ClaimMapping): KeyScope[] {
  const given = new Set(valuesOf(claimAt(claims, scopeClaim)));
  return keyScopes.filter((scope) => scopes[scope].some((value) => given.has(value)));
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id of the project that a token is for; undefined where it has none. */
export function projectOf(
  claims: Claims,
  { projectClaim }: Pick<ClaimMapping, "projectClaim">,
): string | undefined {
  const claim = claimAt(claims, projectClaim);
  return typeof claim === "string" && uuid.test(claim) ? claim.toLowerCase() : undefined;
}
