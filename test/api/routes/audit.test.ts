import { Value } from "typebox/value";
import { beforeAll, expect, it } from "vitest";
import { AuditList, type AuditEntry } from "@framewright/contracts/audit.ts";
import { newId } from "../../../api/ids.ts";
import { clientKey, sharedClientApp } from "../fakes.ts";

let built: Awaited<ReturnType<typeof sharedClientApp>>;
beforeAll(async () => {
  built = await sharedClientApp();
});

const entry = (id: number): AuditEntry => ({
  id,
  at: "2026-11-21T10:00:00.000Z",
  action: "job.create",
  targetId: newId(),
  keyId: newId(),
  keyName: "web shop",
  projectId: newId(),
  requestId: "request-1",
  address: "192.0.2.1",
});

async function page(query: string) {
  const headers = { authorization: `Bearer ${clientKey}` };
  const answer = await built.app.inject({ url: `/v1/audit${query}`, headers });
  return { status: answer.statusCode, body: answer.json<unknown>() };
}

it("pages lead from the newest entry to the oldest, each one once", async () => {
  const { service } = built.fresh();
  service.entries = [1, 2, 3, 4, 5].map(entry);
  const pages: number[][] = [];
  let query = "?limit=2";
  for (;;) {
    const { entries, nextCursor } = Value.Parse(AuditList, (await page(query)).body);
    pages.push(entries.map(({ id }) => id));
    if (nextCursor === undefined) break;
    query = `?limit=2&cursor=${nextCursor}`;
  }
  expect(pages).toEqual([[5, 4], [3, 2], [1]]);
});

it.each(["?cursor=a1_0", "?cursor=j2_1", "?cursor=a1_-1", "?limit=0", "?limit=101", "?of=me"])(
  "%s is refused",
  async (query) => {
    expect((await page(query)).status).toBe(400);
  },
);
