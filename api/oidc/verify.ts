import { decodeJwt, errors, jwtVerify, type JWTPayload } from "jose";
import type { JWTVerifyGetKey } from "jose";
import { AppError } from "../errors.ts";
import type { OidcSettings } from "./settings.ts";

/** Signatures with a public key alone: whoever reads the issuer's keys could make one of HS256. */
const algorithms = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "EdDSA"],
];
/** Clocks of issuer and cluster may differ by so much. */
const toleranceSeconds = 30;
/** Characters. The server takes 16 KiB of headers in all. */
const longest = 8_192;
/** OpenID Connect Core 1.0, section 2: ASCII of at most 255 characters. */
const subjectForm = /^[ -~]{1,255}$/;

/** What a token proves. */
export interface VerifiedToken {
  readonly subject: string;
  readonly claims: JWTPayload;
  /** From this moment on it is refused, in milliseconds since 1970. */
  readonly expiresAt: number;
}

function refusal(reason: string): AppError {
  return new AppError("unauthorized", `The token ${reason}`);
}

type Audience = Pick<OidcSettings, "issuer" | "audience">;

function reasonOfClaim(
  { claim, reason }: errors.JWTClaimValidationFailed,
  { audience }: Audience,
): string {
  if (reason === "missing") return `has no claim ${claim}`;
  if (claim === "aud") return `is not for the audience ${audience}`;
  if (claim === "nbf") return "is not valid yet";
  return `has a claim ${claim} that is not valid`;
}

/** In our words, by the kind of error. None of them has the token, or more of it than the name of a claim. */
function reasonOf(error: errors.JOSEError, expected: Audience): string {
  if (error instanceof errors.JWTExpired) return "has expired; get a new one";
  if (error instanceof errors.JWTClaimValidationFailed) return reasonOfClaim(error, expected);
  if (error instanceof errors.JWKSNoMatchingKey) {
    return `is signed with a key that ${expected.issuer} does not publish`;
  }
  if (error instanceof errors.JWKSMultipleMatchingKeys) return "does not say which key signed it";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "has a wrong signature";
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
    return `has an algorithm that is refused; allowed: ${algorithms.join(", ")}`;
  }
  return "is malformed";
}

/** The claims of RFC 7519 that have to be there and right, beyond what the library checks. */
function checkedClaims(claims: JWTPayload): VerifiedToken {
  const { sub: subject, exp, iat } = claims;
  if (subject === undefined || !subjectForm.test(subject)) {
    throw refusal("has a claim sub that is not valid");
  }
  if (exp === undefined || iat === undefined) throw refusal("has no claim exp or iat");
  if (iat > Date.now() / 1_000 + toleranceSeconds) throw refusal("was issued in the future");
  return { subject, claims, expiresAt: (exp + toleranceSeconds) * 1_000 };
}

/**
 * What a token proves, by the issuer's keys.
 *
 * @throws AppError `unauthorized` with the reason, or what `find` throws
 */
export async function verifyToken(
  token: string,
  find: JWTVerifyGetKey,
  { issuer, audience }: Audience,
): Promise<VerifiedToken> {
  if (token.length > longest) throw refusal(`is longer than ${longest} characters`);
  try {
    // Before a key is looked for: a token of another issuer must not make us ask ours.
    if (decodeJwt(token).iss !== issuer) throw refusal(`is not of the issuer ${issuer}`);
    const requiredClaims = ["sub", "exp", "iat"];
    const clockTolerance = toleranceSeconds;
    const options = { issuer, audience, algorithms, clockTolerance, requiredClaims };
    const { payload } = await jwtVerify(token, find, options);
    return checkedClaims(payload);
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    throw refusal(reasonOf(error, { issuer, audience }));
  }
}
