import { pino } from "pino";
import { expect, it } from "vitest";
import { AppError } from "../../../api/errors.ts";
import { fetchDocument } from "../../../api/oidc/fetch-document.ts";
import { discoveryUrl, IssuerKeys } from "../../../api/oidc/issuer-keys.ts";
import { verifyToken } from "../../../api/oidc/verify.ts";
import { IssuerUnderTest, sharedKey } from "./issuer-under-test.ts";

const minute = 60_000;

/** An issuer, and the API's view of it on a clock that the test moves. */
async function under() {
  const issuer = await IssuerUnderTest.start();
  const clock = { ms: 0 };
  const keys = issuer.keys(clock);
  /** The answer to a good token that is signed with this key. */
  const ask = async (kid = "one") => {
    const token = await issuer.token({}, await sharedKey(kid));
    return verifyToken(token, keys.find, issuer.settings()).then(
      ({ subject }) => subject,
      (error: unknown) => (error instanceof AppError ? error.status : String(error)),
    );
  };
  return { issuer, clock, keys, ask };
}

it("keys are fetched once for many tokens, also when all come at once", async () => {
  const { issuer, ask } = await under();
  expect(await Promise.all(Array.from({ length: 20 }, () => ask()))).toEqual(
    Array.from({ length: 20 }, () => "alice"),
  );
  expect(issuer.asked).toEqual(["/.well-known/openid-configuration", "/keys"]);
});

it("a new key is taken with the first token that names it, and the old one is refused once it is gone", async () => {
  const { issuer, clock, ask } = await under();
  expect(await ask()).toBe("alice");
  issuer.published = [await sharedKey("two")];
  clock.ms += minute;
  expect([await ask("two"), issuer.fetches]).toEqual(["alice", 2]);
  expect([await ask("one"), issuer.fetches]).toEqual([401, 2]);
});

it("key ids that nobody knows make the API ask once in 30 seconds", async () => {
  const { issuer, clock, ask } = await under();
  await ask();
  clock.ms += 31_000;
  for (let i = 0; i < 50; i++) expect(await ask("unknown")).toBe(401);
  expect(issuer.fetches).toBe(2);
  clock.ms += 31_000;
  expect([await ask("unknown"), issuer.fetches]).toEqual([401, 3]);
});

it("keys of ten minutes are fetched anew, and the request does not wait for them", async () => {
  const { issuer, clock, ask } = await under();
  await ask();
  clock.ms += 11 * minute;
  let finish = () => undefined as unknown;
  issuer.answer = (path, response) => {
    finish = () => {
      issuer.comeBack();
      issuer.answer(path, response);
    };
  };
  expect(await ask()).toBe("alice");
  await expect.poll(() => issuer.asked.length).toBe(3);
  finish();
  await expect.poll(() => issuer.fetches).toBe(2);
});

it("while the issuer is away known keys go on for an hour, then 503, and 401 at no time", async () => {
  const { issuer, clock, ask } = await under();
  await ask();
  issuer.goAway();
  for (const age of [11, 30, 59]) {
    clock.ms = age * minute;
    expect([age, await ask()]).toEqual([age, "alice"]);
    expect([age, await ask("two")]).toEqual([age, 503]);
  }
  clock.ms = 61 * minute;
  expect([await ask(), await ask("two")]).toEqual([503, 503]);
  issuer.comeBack();
  expect(await ask()).toBe(503);
  clock.ms += 5_001;
  expect([await ask(), await ask("two")]).toEqual(["alice", 401]);
});

it("an issuer that was never there is asked once in five seconds", async () => {
  const { issuer, clock, keys, ask } = await under();
  issuer.goAway();
  for (let i = 0; i < 10; i++) expect(await ask()).toBe(503);
  expect(issuer.asked).toHaveLength(1);
  const token = await issuer.token();
  await expect(verifyToken(token, keys.find, issuer.settings())).rejects.toMatchObject({
    code: "unavailable",
    retryAfterSeconds: 5,
    message: `Tokens cannot be checked: the keys of ${issuer.url} could not be fetched; try again, or use an API key`,
  });
  clock.ms += 5_001;
  expect([await ask(), issuer.asked.length]).toEqual([503, 2]);
});

/** What the log says of an issuer that answers so. */
async function failureOf(answer: (issuer: IssuerUnderTest) => void): Promise<string> {
  const { issuer, keys } = await under();
  answer(issuer);
  const failure: unknown = await verifyToken(
    await issuer.token(),
    keys.find,
    issuer.settings(),
  ).catch((error: unknown) => error);
  if (!(failure instanceof AppError) || !(failure.cause instanceof Error)) throw failure;
  expect(failure.code).toBe("unavailable");
  return failure.cause.message.replaceAll(issuer.url, "ISSUER");
}

it.each<[string, Record<string, unknown>, string]>([
  [
    "the discovery document of another issuer",
    { "/.well-known/openid-configuration": { issuer: "https://evil.test", jwks_uri: "x" } },
    "ISSUER/.well-known/openid-configuration is of the issuer https://evil.test; set api.oidc.issuer",
  ],
  [
    "no discovery document",
    { "/.well-known/openid-configuration": { hello: "there" } },
    "ISSUER/.well-known/openid-configuration has no issuer and jwks_uri",
  ],
  ["no keys", { "/keys": { keys: "none" } }, "ISSUER/keys is no set of keys"],
  [
    "a document without end",
    { "/keys": { keys: [], filler: "x".repeat(300_000) } },
    "ISSUER/keys is larger than 262144 bytes",
  ],
])("an issuer with %s is one that is away", async (_what, documents, message) => {
  const failure = await failureOf((issuer) => {
    issuer.documents = () => ({
      ...IssuerUnderTest.prototype.documents.call(issuer),
      ...documents,
    });
  });
  expect(failure).toContain(message);
});

it("keys are never fetched without TLS", async () => {
  const plain = (issuer: IssuerUnderTest) => {
    issuer.documents = () => ({
      ...IssuerUnderTest.prototype.documents.call(issuer),
      "/.well-known/openid-configuration": { issuer: issuer.url, jwks_uri: "http://keys.test/" },
    });
  };
  expect(await failureOf(plain)).toBe("http://keys.test/ is no https URL");
  const issuer = await IssuerUnderTest.start();
  const strict = new IssuerKeys({ issuer: issuer.url, log: pino({ level: "silent" }) });
  const answer = verifyToken(await issuer.token(), strict.find, issuer.settings());
  await expect(answer).rejects.toMatchObject({ code: "unavailable" });
  expect(issuer.asked).toEqual([]);
});

it("an issuer that does not answer, or never ends its answer, is given up", async () => {
  const issuer = await IssuerUnderTest.start();
  issuer.answer = () => undefined;
  await expect(fetchDocument(issuer.url, 50)).rejects.toThrow("aborted due to timeout");
  issuer.answer = (_path, response) => response.writeHead(200).write("{");
  await expect(fetchDocument(issuer.url, 50)).rejects.toThrow("aborted due to timeout");
});

it("redirects are not followed", async () => {
  const other = await IssuerUnderTest.start();
  const failure = await failureOf((issuer) => {
    issuer.answer = (path, response) =>
      response.writeHead(302, { location: other.url + path }).end();
  });
  expect(failure).toBe("fetch failed");
  expect(other.asked).toEqual([]);
});

it.each([
  [
    "https://login.test/realms/video",
    "https://login.test/realms/video/.well-known/openid-configuration",
  ],
  [
    "https://tenant.eu.auth0.test/",
    "https://tenant.eu.auth0.test/.well-known/openid-configuration",
  ],
])("the documents of %s are found", (issuer, url) => {
  expect(discoveryUrl(issuer)).toBe(url);
});
