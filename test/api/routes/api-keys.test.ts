import { Value } from "typebox/value";
import { beforeAll, describe, expect, it } from "vitest";
import { ApiKeyCreated, keyScopes, Problem } from "@framewright/contracts/client-api.ts";
import { newId } from "../../../api/ids.ts";
import { documentScope } from "../../../api/plugins/auth.ts";
import { clientKey, sharedClientApp } from "../fakes.ts";

const authorization = `Bearer ${clientKey}`;

let built: Awaited<ReturnType<typeof sharedClientApp>>;
beforeAll(async () => {
  built = await sharedClientApp();
});

const make = (body: object) =>
  built.app.inject({
    method: "POST",
    url: "/v1/api-keys",
    headers: { authorization },
    payload: body,
  });

it("a key is shown when it is made, and the answer is not to be cached", async () => {
  built.fresh();
  const answer = await make({ name: "shop" });
  expect(answer.statusCode).toBe(201);
  const created = Value.Parse(ApiKeyCreated, answer.json());
  expect([created.name, created.key]).toEqual(["shop", expect.stringMatching(/^fw_live_/)]);
  expect(answer.headers["cache-control"]).toBe("no-store");
});

describe("scopes", () => {
  const routes = [
    ["GET", "/v1/jobs", "read"],
    ["GET", `/v1/jobs/${newId()}`, "read"],
    ["GET", `/v1/jobs/${newId()}/events`, "read"],
    ["POST", "/v1/uploads", "submit"],
    ["POST", "/v1/jobs", "submit"],
    ["POST", `/v1/jobs/${newId()}/cancel`, "submit"],
    ["DELETE", `/v1/jobs/${newId()}`, "submit"],
    ["DELETE", `/v1/uploads/${newId()}`, "submit"],
    ["POST", "/v1/api-keys", "admin"],
    ["GET", "/v1/api-keys", "admin"],
    ["DELETE", `/v1/api-keys/${newId()}`, "admin"],
    ["GET", "/v1/audit", "admin"],
    ["POST", "/v1/webhook-endpoints", "admin"],
    ["GET", "/v1/webhook-endpoints", "admin"],
    ["GET", `/v1/webhook-endpoints/${newId()}`, "admin"],
    ["PATCH", `/v1/webhook-endpoints/${newId()}`, "admin"],
    ["DELETE", `/v1/webhook-endpoints/${newId()}`, "admin"],
    ["POST", `/v1/webhook-endpoints/${newId()}/rotate-secret`, "admin"],
    ["POST", `/v1/webhook-endpoints/${newId()}/test`, "admin"],
    ["POST", `/v1/webhook-endpoints/${newId()}/redeliver-failed`, "admin"],
    ["GET", `/v1/webhook-endpoints/${newId()}/deliveries`, "admin"],
    ["GET", `/v1/webhook-endpoints/${newId()}/deliveries/${newId()}`, "admin"],
    ["POST", `/v1/webhook-endpoints/${newId()}/deliveries/${newId()}/redeliver`, "admin"],
    ["POST", "/v1/projects", "platform"],
    ["GET", "/v1/projects", "platform"],
    ["PATCH", `/v1/projects/${newId()}`, "platform"],
  ] as const;

  it.each(keyScopes)("a key with %s alone opens what needs it, and nothing else", async (scope) => {
    const { app, fresh } = built;
    fresh().setScopes([scope]);
    for (const [method, url, needed] of routes) {
      const answer = await app.inject({ method, url, headers: { authorization } });
      const refused = answer.statusCode === 403;
      expect([method, url, refused]).toEqual([method, url, needed !== scope]);
      if (refused) {
        const { code, detail } = Value.Parse(Problem, answer.json());
        expect([code, detail]).toEqual([
          "insufficient-scope",
          `This key has ${scope}; the request needs the scope ${needed}`,
        ]);
      }
    }
  });

  it("a key is made with the scopes asked for, or to read and submit", async () => {
    built.fresh();
    const scopesOf = async (body: object) => (await make(body)).json<ApiKeyCreated>().scopes;
    expect(await scopesOf({ name: "shop" })).toEqual(["read", "submit"]);
    expect(await scopesOf({ name: "shop", scopes: ["admin"] })).toEqual(["admin"]);
    for (const scopes of [[], ["root"], ["read", "read"]]) {
      expect((await make({ name: "shop", scopes })).statusCode).toBe(400);
    }
  });

  it("a route with a key that states no scope does not start", () => {
    const route = { method: "GET", url: "/v1/new", handler: () => undefined } as const;
    expect(() => {
      documentScope({ ...route });
    }).toThrow("/v1/new does not state which scope it needs");
  });
});
