import { Type } from "typebox";
import { cidrPattern, optionalSection, section } from "./leaves.ts";

function values(scope: string, fallback: string[]) {
  return Type.Array(
    Type.String({ pattern: "^[!-~]+$", description: "A scope, role or permission of the issuer" }),
    {
      default: fallback,
      maxItems: 50,
      description: `Values of scopeClaim that give the scope ${scope}`,
    },
  );
}

function claim(fallback: string, description: string) {
  return Type.String({
    minLength: 1,
    default: fallback,
    description: `${description}: its name, or a JSON pointer to one in another, as /realm_access/roles`,
  });
}

/** Read by the API: api/oidc/settings.ts has the same by environment. */
export const Oidc = optionalSection(
  "Tokens (JWT) of an OpenID Connect issuer, which the client API then takes beside API keys",
  {
    issuer: Type.String({
      description:
        "The issuer, exactly as its tokens have it in the claim iss, as https://login.example.com/realms/video; the API fetches its keys from there",
    }),
    audience: Type.String({
      minLength: 1,
      description: "Audience that tokens must be for: a name of this API that no other service has",
    }),
    projectClaim: claim("framewright_project", "Claim with the id of the token's project"),
    scopeClaim: claim("scope", "Claim with what the token may do"),
    scopes: section(
      "What the values of scopeClaim give; those of a token that are not listed here give nothing",
      {
        read: values("read", ["framewright:read"]),
        submit: values("submit", ["framewright:submit"]),
        admin: values("admin", []),
        platform: values("platform", []),
      },
    ),
    ranges: Type.Array(
      Type.String({ pattern: cidrPattern, description: "A range, as 10.30.0.0/20" }),
      {
        maxItems: 20,
        default: [],
        description:
          "Ranges of IPv4 addresses that the issuer has in a private network; without any the API may connect to public addresses on the issuer's port",
      },
    ),
  },
);
