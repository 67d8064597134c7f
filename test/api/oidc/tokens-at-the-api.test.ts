import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { expect, it, onTestFinished } from "vitest";
import type { JWTPayload } from "jose";
import type { Db } from "../../../api/backends/db.ts";
import { FailureLimit } from "../../../api/keys/failure-limit.ts";
import { createTokenStore } from "../../../api/oidc/token-store.ts";
import { clientKey, fakeClientApp, jobRow } from "../fakes.ts";
import { IssuerUnderTest, projectId } from "./issuer-under-test.ts";

interface Document {
  readonly components: { readonly securitySchemes: Record<string, unknown> };
  readonly security: unknown;
  readonly paths: Record<string, Record<string, { readonly security?: unknown }>>;
}

/** The client API with an issuer. */
async function under({ perMinute = 100_000 } = {}) {
  const issuer = await IssuerUnderTest.start();
  const query = () => Promise.resolve({ rowCount: 1 });
  const tokens = createTokenStore({
    db: { query } as unknown as Db,
    failures: new FailureLimit(pino({ level: "silent" })),
    settings: issuer.settings(),
    keys: issuer.keys(),
    onLook: () => undefined,
  });
  const built = await fakeClientApp({ rateLimitPerMinute: perMinute, tokens });
  onTestFinished(() => built.app.close());
  const list = (bearer: string) =>
    built.app.inject({ url: "/v1/jobs", headers: { authorization: `Bearer ${bearer}` } });
  const listWith = async (change: JWTPayload) => list(await issuer.token(change));
  return { issuer, ...built, list, listWith };
}

it("a token opens what its scopes open, beside keys", async () => {
  const { list, listWith } = await under();
  expect((await list(clientKey)).statusCode).toBe(200);
  expect((await listWith({})).statusCode).toBe(200);
  const poor = await listWith({ scope: "openid" });
  expect([poor.statusCode, poor.json<{ detail: string }>().detail]).toEqual([
    403,
    "This token has no scope; the request needs the scope read",
  ]);
});

it("a refused token is answered 401 with the reason, and without the token", async () => {
  const { issuer, list } = await under();
  for (const change of [{ aud: "shop" }, { exp: 1 }, { filler: "x".repeat(9_000) }]) {
    const token = await issuer.token(change);
    const answer = await list(token);
    expect([answer.statusCode, answer.json()]).toMatchObject([401, { code: "unauthorized" }]);
    expect(answer.headers["www-authenticate"]).toBe('Bearer realm="framewright"');
    for (const part of token.split(".")) expect(answer.body).not.toContain(part);
  }
  expect((await list("nonsense")).json<{ detail: string }>().detail).toBe(
    `Send a valid key, or a token of ${issuer.url}, as \`Authorization: Bearer …\``,
  );
});

it("an issuer that is away is answered 503 with Retry-After, while keys go on", async () => {
  const { issuer, list, listWith } = await under();
  issuer.goAway();
  const answer = await listWith({});
  expect([answer.statusCode, answer.headers["retry-after"]]).toEqual([503, "5"]);
  expect(answer.json()).toMatchObject({ code: "unavailable" });
  expect((await list(clientKey)).statusCode).toBe(200);
});

it("a subject has one limit of requests for all its tokens, and its own", async () => {
  const { listWith } = await under({ perMinute: 2 });
  const codes = [];
  for (const change of [{ jti: "1" }, { jti: "2" }, { jti: "3" }, { sub: "bob" }]) {
    codes.push((await listWith(change)).statusCode);
  }
  expect(codes).toEqual([200, 200, 429, 200]);
});

it("the OpenAPI document has both ways to prove who one is", async () => {
  const { app, issuer } = await under();
  const { components, security, paths } = (await app.inject("/openapi.json")).json<Document>();
  expect(components.securitySchemes).toMatchObject({
    key: { type: "http", scheme: "bearer" },
    token: {
      type: "openIdConnect",
      openIdConnectUrl: `${issuer.url}/.well-known/openid-configuration`,
    },
  });
  expect(security).toEqual([{ key: [] }, { token: [] }]);
  expect(paths["/v1/jobs"]?.["post"]?.security).toEqual([
    { key: ["submit"] },
    { token: ["submit"] },
  ]);
});

it("without an issuer it has keys alone, and a token is no key", async () => {
  const { app } = await fakeClientApp();
  onTestFinished(() => app.close());
  const { components, security } = (await app.inject("/openapi.json")).json<Document>();
  expect([Object.keys(components.securitySchemes), security]).toEqual([["key"], [{ key: [] }]]);
  const issuer = await IssuerUnderTest.start();
  const authorization = `Bearer ${await issuer.token()}`;
  const answer = await app.inject({ url: "/v1/jobs", headers: { authorization } });
  expect(answer.json()).toMatchObject({
    status: 401,
    detail: "Send a valid key as `Authorization: Bearer …`",
  });
  expect(issuer.asked).toEqual([]);
});

it("an event stream ends when its token expires", async () => {
  const { app, fresh, issuer, notifier } = await under();
  // Streams then look for themselves every ten seconds alone.
  Object.assign(notifier, { live: true });
  const { service } = fresh();
  const row = jobRow({ state: "running", attempt: 1, project_id: projectId });
  service.jobRows.push(row);
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  // It is good for 30 seconds after its end, so that it has two seconds from now.
  const exp = Math.floor(Date.now() / 1_000) - 28;
  const authorization = `Bearer ${await issuer.token({ exp })}`;
  const url = `http://127.0.0.1:${port}/v1/jobs/${row.id}/events`;
  const [answer] = (await once(get(url, { headers: { authorization } }), "response")) as [
    IncomingMessage,
  ];
  expect(answer.statusCode).toBe(200);
  const began = Date.now();
  answer.resume();
  await once(answer, "end");
  expect(Date.now()).toBeGreaterThanOrEqual((exp + 30) * 1_000 - 50);
  expect(Date.now() - began).toBeLessThan(4_000);
}, 10_000);
