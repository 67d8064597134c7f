import { parseCidr } from "../cidr.ts";
import { when, type Rule } from "./rule.ts";

/** OpenID Connect Discovery 1.0, section 3: https, with neither query nor fragment. */
function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  return (
    url?.protocol === "https:" && url.username === "" && url.password === "" && !/[?#\s]/.test(text)
  );
}

export const issuerIsAnHttpsUrl: Rule = ({ api: { oidc } }) =>
  when(oidc !== undefined && !isIssuer(oidc.issuer), () => ({
    path: "api.oidc.issuer",
    problem: `must be an https URL without user, query and fragment (it is "${oidc?.issuer ?? ""}")`,
    remedy: "take the value of issuer in the issuer's /.well-known/openid-configuration",
  }));

export const issuerRangesAreRanges: Rule = ({ api: { oidc } }) =>
  (oidc?.ranges ?? []).flatMap((cidr, index) =>
    when(parseCidr(cidr) === undefined, () => ({
      path: `api.oidc.ranges[${index}]`,
      problem: `must be a range of addresses (it is "${cidr}")`,
      remedy: "write its first address and its length, e.g. 10.30.0.0/20",
    })),
  );
