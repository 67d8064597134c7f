import { Value } from "typebox/value";
import { beforeAll, expect, it } from "vitest";
import { JobList } from "@framewright/contracts/client-api.ts";
import { newId } from "../../../api/ids.ts";
import { clientKey, sharedClientApp, jobRow, succeededRow } from "../fakes.ts";

const authorization = `Bearer ${clientKey}`;

let built: Awaited<ReturnType<typeof sharedClientApp>>;
beforeAll(async () => {
  built = await sharedClientApp();
});

function start() {
  const send = (method: "GET", url: string) =>
    built.app.inject({ method, url, headers: { authorization } });
  return { ...built.fresh(), send };
}

it("pages lead through all jobs once, newest first", async () => {
  const { send, service } = start();
  service.jobRows = Array.from({ length: 25 }, (_, i) => jobRow({ id: newId(1000 + i) }));
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? "" : `&cursor=${cursor}`;
    const page = Value.Parse(JobList, (await send("GET", `/v1/jobs?limit=10${query}`)).json());
    seen.push(...page.jobs.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(seen).toEqual(service.jobRows.map(({ id }) => id).toReversed());
});

it("a list can be narrowed to one state", async () => {
  const { send, service } = start();
  service.jobRows = [jobRow(), succeededRow()];
  const page = Value.Parse(JobList, (await send("GET", "/v1/jobs?state=succeeded")).json());
  expect(page.jobs.map(({ state }) => state)).toEqual(["succeeded"]);
});

it("a list can be narrowed to jobs with the given metadata", async () => {
  const { send, service } = start();
  const one = jobRow({ metadata: { customer: "42", note: "a:b" } });
  service.jobRows = [one, jobRow({ metadata: { customer: "42" } }), jobRow()];
  const found = async (query: string) =>
    Value.Parse(JobList, (await send("GET", `/v1/jobs?${query}`)).json()).jobs.length;
  expect(await found("metadata=customer:42")).toBe(2);
  expect(await found("metadata=customer:42&metadata=note:a%3Ab")).toBe(1);
  expect(await found("metadata=customer:4")).toBe(0);
});
