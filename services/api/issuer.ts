import type * as pulumi from "@pulumi/pulumi";
import type { OidcSection } from "../../config/schema.ts";
import { openToUrl } from "../kit/network/network.ts";
import { apiApp } from "./identity.ts";

function listed(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.join(" ");
}

/** The variables by which the API knows whose tokens it takes; none where it takes keys alone. */
export function oidcEnv(oidc: OidcSection) {
  if (oidc === undefined) return {};
  const { scopes } = oidc;
  return {
    OIDC_ISSUER: oidc.issuer,
    OIDC_AUDIENCE: oidc.audience,
    OIDC_PROJECT_CLAIM: oidc.projectClaim,
    OIDC_SCOPE_CLAIM: oidc.scopeClaim,
    OIDC_SCOPES_READ: listed(scopes.read),
    OIDC_SCOPES_SUBMIT: listed(scopes.submit),
    OIDC_SCOPES_ADMIN: listed(scopes.admin),
    OIDC_SCOPES_PLATFORM: listed(scopes.platform),
  };
}

/** To where the issuer has its keys: on its port alone, and to private addresses only where config has them. */
export function openToIssuer(name: string, oidc: OidcSection, parent: pulumi.Resource): void {
  if (oidc === undefined) return;
  const { issuer: url, ranges } = oidc;
  openToUrl(`${name}-to-issuer`, { from: apiApp, url, ranges }, { parent });
}
