import { beforeAll, expect, it } from "vitest";
import { newId } from "../../../api/ids.ts";
import { clientKey, sharedClientApp } from "../fakes.ts";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
interface Document {
  readonly paths: Record<string, Record<string, { security?: unknown[] }>>;
}

let built: Awaited<ReturnType<typeof sharedClientApp>>;
/** Every operation of the OpenAPI document that needs a key. */
let operations: { method: (typeof methods)[number]; url: string }[];
beforeAll(async () => {
  built = await sharedClientApp();
  const { paths } = (await built.app.inject("/openapi.json")).json<Document>();
  operations = Object.entries(paths).flatMap(([path, known]) =>
    methods
      .map((method) => ({ method, operation: known[method.toLowerCase()] }))
      .filter(({ operation }) => operation && operation.security?.length !== 0)
      .map(({ method }) => ({ method, url: path.replaceAll(/\{\w+\}/g, newId()) })),
  );
});

it.each([
  ["no header", {}],
  ["another scheme", { authorization: `Basic ${clientKey}` }],
  ["an unknown key", { authorization: `Bearer ${clientKey}x` }],
  ["no key after the scheme", { authorization: "Bearer " }],
])("a request with %s is answered 401 on every path that needs one", async (_what, headers) => {
  expect(operations.length).toBeGreaterThan(10);
  for (const { method, url } of operations) {
    const answer = await built.app.inject({ method, url, headers });
    expect([method, url, answer.statusCode]).toEqual([method, url, 401]);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
    expect(answer.headers["www-authenticate"]).toContain("Bearer");
  }
});
