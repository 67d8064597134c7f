import { exportSPKI, importJWK, SignJWT, UnsecuredJWT, type JWTPayload } from "jose";
import { expect, it } from "vitest";
import { AppError } from "../../../api/errors.ts";
import { verifyToken } from "../../../api/oidc/verify.ts";
import { audience, claimsOf, IssuerUnderTest, sharedKey, signingKey } from "./issuer-under-test.ts";

const seconds = () => Math.floor(Date.now() / 1_000);

/** What the API makes of a token: who it is of, or why it is refused. */
async function answerTo(issuer: IssuerUnderTest, token: string): Promise<string> {
  try {
    const { subject } = await verifyToken(token, issuer.keys().find, issuer.settings());
    return `of ${subject}`;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect([error.code, error.message]).not.toContain(token);
    return `${error.status} ${error.message.replaceAll(issuer.url, "ISSUER")}`;
  }
}

it.each(["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"])(
  "a token that is signed with %s is taken",
  async (alg) => {
    const issuer = await IssuerUnderTest.start();
    const key = await sharedKey(`key of ${alg}`, alg);
    issuer.published = [await sharedKey("one"), key];
    expect(await answerTo(issuer, await issuer.token({}, key))).toBe("of alice");
  },
);

it.each<[string, JWTPayload, string]>([
  ["of another issuer", { iss: "https://evil.test" }, "401 The token is not of the issuer ISSUER"],
  ["without an issuer", { iss: undefined }, "401 The token is not of the issuer ISSUER"],
  ["for another audience", { aud: "shop" }, `401 The token is not for the audience ${audience}`],
  ["for no audience", { aud: undefined }, "401 The token has no claim aud"],
  ["that has expired", { exp: seconds() - 40 }, "401 The token has expired; get a new one"],
  ["that never expires", { exp: undefined }, "401 The token has no claim exp"],
  ["that is not valid yet", { nbf: seconds() + 60 }, "401 The token is not valid yet"],
  ["from the future", { iat: seconds() + 60 }, "401 The token was issued in the future"],
  ["that was never issued", { iat: undefined }, "401 The token has no claim iat"],
  ["of nobody", { sub: undefined }, "401 The token has no claim sub"],
  ["of a subject with bad text", { sub: "a\u0000b" }, "401 The token has a claim sub that is not"],
  [
    "of a long subject",
    { sub: "a".repeat(256) },
    "401 The token has a claim sub that is not valid",
  ],
  ["that is huge", { filler: "x".repeat(8_192) }, "401 The token is longer than 8192 characters"],
])("a token %s is refused", async (_what, change, answer) => {
  const issuer = await IssuerUnderTest.start();
  expect(await answerTo(issuer, await issuer.token(change))).toContain(answer);
});

it("a token of another issuer does not make the API ask its own", async () => {
  const issuer = await IssuerUnderTest.start();
  await answerTo(issuer, await issuer.token({ iss: "https://evil.test" }));
  expect(issuer.asked).toEqual([]);
});

it.each<[string, JWTPayload]>([
  ["for several audiences", { aud: ["shop", audience] }],
  ["that expired a moment ago", { exp: seconds() - 5 }],
  ["whose issuer's clock is ahead", { iat: seconds() + 10, nbf: seconds() + 10 }],
])("a token %s is taken", async (_what, change) => {
  const issuer = await IssuerUnderTest.start();
  expect(await answerTo(issuer, await issuer.token(change))).toBe("of alice");
});

const refusedAlgorithm = /^401 The token has an algorithm that is refused; allowed: RS256, /;

it("a token without a signature is refused", async () => {
  const issuer = await IssuerUnderTest.start();
  const unsigned = new UnsecuredJWT(claimsOf(issuer.url)).encode();
  expect(await answerTo(issuer, unsigned)).toMatch(refusedAlgorithm);
});

it.each(["HS256", "HS512"])(
  "a token that is signed with the public key as a secret of %s is refused",
  async (alg) => {
    const issuer = await IssuerUnderTest.start();
    const { publicJwk, kid } = await sharedKey("one");
    const publicKey = await importJWK(publicJwk, "RS256", { extractable: true });
    if (publicKey instanceof Uint8Array) throw new Error("the public key is no key");
    const secret = new TextEncoder().encode(await exportSPKI(publicKey));
    const forged = await new SignJWT(claimsOf(issuer.url))
      .setProtectedHeader({ alg, kid })
      .sign(secret);
    expect(await answerTo(issuer, forged)).toMatch(refusedAlgorithm);
    expect(issuer.fetches).toBe(0);
  },
);

it("a token with another one's signature, or changed claims, is refused", async () => {
  const issuer = await IssuerUnderTest.start();
  const [header, claims, signature] = (await issuer.token()).split(".");
  const [, admin] = (await issuer.token({ scope: "framewright:admin" })).split(".");
  const answer = "401 The token has a wrong signature";
  expect(await answerTo(issuer, `${header}.${admin}.${signature}`)).toBe(answer);
  const other = await signingKey("one");
  expect(await answerTo(issuer, await issuer.token({}, other))).toBe(answer);
  expect(await answerTo(issuer, `${header}.${claims}.AAAA`)).toBe(answer);
});

it("a token with a key id of another issuer is refused", async () => {
  const issuer = await IssuerUnderTest.start();
  const theirs = await sharedKey("of another issuer");
  expect(await answerTo(issuer, await issuer.token({}, theirs))).toBe(
    "401 The token is signed with a key that ISSUER does not publish",
  );
});

it("a token without a key id is taken where the issuer has one key, and refused where it has two", async () => {
  const issuer = await IssuerUnderTest.start();
  const { privateKey } = await sharedKey("one");
  const token = await new SignJWT(claimsOf(issuer.url))
    .setProtectedHeader({ alg: "RS256" })
    .sign(privateKey);
  expect(await answerTo(issuer, token)).toBe("of alice");
  issuer.published = [await sharedKey("one"), await sharedKey("two")];
  expect(await answerTo(issuer, token)).toBe("401 The token does not say which key signed it");
});

it.each(["a.b.c", "e30.e30.", "e30.bm8.AAAA"])("%s is malformed", async (text) => {
  const issuer = await IssuerUnderTest.start();
  expect(await answerTo(issuer, text)).toMatch(/^401 The token is (malformed|not of the issuer)/);
});
