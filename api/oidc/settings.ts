import { Type } from "typebox";
import type { KeyScope } from "@framewright/contracts/client-api.ts";
import { withDefault, type EnvOf } from "@framewright/runtime/env.ts";

const values = (scope: KeyScope) =>
  Type.Optional(
    Type.String({
      description: `Values of the scope claim that give the scope ${scope}, separated by spaces`,
    }),
  );

/** What the API is told of the OpenID Connect issuer whose tokens it takes. */
export const oidcVariables = {
  OIDC_ISSUER: Type.Optional(
    Type.String({
      pattern: "^https://[^\\s?#]+$",
      description: "Issuer whose tokens are taken beside API keys; without it there are keys alone",
    }),
  ),
  OIDC_AUDIENCE: Type.Optional(
    Type.String({ minLength: 1, description: "Audience that a token must be for" }),
  ),
  OIDC_PROJECT_CLAIM: withDefault(
    Type.String({
      minLength: 1,
      description: "Claim with the id of the token's project: its name, or a JSON pointer",
    }),
    "framewright_project",
  ),
  OIDC_SCOPE_CLAIM: withDefault(
    Type.String({
      minLength: 1,
      description: "Claim with what the token may do: its name, or a JSON pointer",
    }),
    "scope",
  ),
  OIDC_SCOPES_READ: values("read"),
  OIDC_SCOPES_SUBMIT: values("submit"),
  OIDC_SCOPES_ADMIN: values("admin"),
  OIDC_SCOPES_PLATFORM: values("platform"),
};

const OidcEnv = Type.Object(oidcVariables);
type OidcEnv = EnvOf<typeof OidcEnv>;

/** Where project and scopes stand in a token. */
export interface ClaimMapping {
  readonly projectClaim: string;
  readonly scopeClaim: string;
  /** For each scope of ours the values of the claim that give it. */
  readonly scopes: Readonly<Record<KeyScope, readonly string[]>>;
}

export interface OidcSettings extends ClaimMapping {
  /** As it stands in the claim `iss`. */
  readonly issuer: string;
  readonly audience: string;
}

/** One without the other would take any token, or none. */
export function oidcProblems({ oidcIssuer, oidcAudience }: OidcEnv): string[] {
  return (oidcIssuer === undefined) === (oidcAudience === undefined)
    ? []
    : ["set both OIDC_ISSUER and OIDC_AUDIENCE, or neither"];
}

function listOf(text = ""): string[] {
  return text.split(" ").filter((value) => value !== "");
}

/** Nothing where the API takes keys alone. */
export function oidcOf(env: OidcEnv): OidcSettings | undefined {
  const { oidcIssuer: issuer, oidcAudience: audience } = env;
  if (issuer === undefined || audience === undefined) return undefined;
  return {
    issuer,
    audience,
    projectClaim: env.oidcProjectClaim,
    scopeClaim: env.oidcScopeClaim,
    scopes: {
      read: listOf(env.oidcScopesRead),
      submit: listOf(env.oidcScopesSubmit),
      admin: listOf(env.oidcScopesAdmin),
      platform: listOf(env.oidcScopesPlatform),
    },
  };
}
