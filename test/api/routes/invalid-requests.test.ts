import { Value } from "typebox/value";
import { beforeAll, expect, it } from "vitest";
import { Problem } from "@framewright/contracts/client-api.ts";
import { newId } from "../../../api/ids.ts";
import { clientKey, sharedClientApp } from "../fakes.ts";

const authorization = `Bearer ${clientKey}`;
const job = { uploadId: newId(), profile: "hls-1080p" };

let built: Awaited<ReturnType<typeof sharedClientApp>>;
beforeAll(async () => {
  built = await sharedClientApp();
});

function post(url: string, payload: object) {
  return built.app.inject({ method: "POST", url, headers: { authorization }, payload });
}

it.each([
  ["PUT", undefined, ""],
  ["PUT", "application/json", "{"],
  ["QUERY", undefined, ""],
  ["QUERY", "application/xml", "<x/>"],
] as const)("%s of %s is answered 405 with the methods that work", async (method, type, body) => {
  const answer = await built.app.inject({
    method: method as "PUT",
    url: `/v1/jobs/${newId()}/cancel`,
    headers: { authorization, ...(type && { "content-type": type }) },
    payload: body,
  });
  expect(answer.statusCode).toBe(405);
  expect(answer.headers["allow"]).toBe("POST");
});

it.each(["GET", "OPTIONS", "DELETE"] as const)(
  "%s of a path whose text another route's parameter would take is answered 405 as well",
  async (method) => {
    const answer = await built.app.inject({
      method,
      url: "/v1/jobs/plan?x=1",
      headers: { authorization },
    });
    expect([answer.statusCode, answer.headers["allow"]]).toEqual([405, "POST"]);
  },
);

it.each([
  [
    { ...job, profile: "4k" },
    'body/profile must be one of hls-720p, hls-1080p, hls-1080p-av1, hls-1080p-hevc, hls-2160p, but is "4k"',
  ],
  [
    { ...job, ladder: [{ height: 721, kbps: 2800 }] },
    "body/ladder/0/height must be multiple of 2, but is 721",
  ],
  [{ ...job, ladder: [] }, "body/ladder must not have fewer than 1 items, but is []"],
  [{ ...job, uploadId: "first" }, 'body/uploadId must be a UUID, but is "first"'],
  [{ ...job, colour: "red" }, "body/colour is not known here"],
  [
    { profile: "hls-720p" },
    'body/input is missing; name what to work on, as {"uploadId": "..."}, {"url": "..."}, {"jobId": "..."}, {"recordingId": "..."}, {"bucket": "...", "key": "..."}',
  ],
  [
    { ...job, input: { uploadId: job.uploadId } },
    "body/input and body/uploadId are both given; send input alone, uploadId is its earlier form",
  ],
  [
    { profile: "hls-720p", input: {} },
    'body/input names nothing to work on; send one of {"uploadId": "..."}, {"url": "..."}, {"jobId": "..."}, {"recordingId": "..."}, {"bucket": "...", "key": "..."}',
  ],
  [{ profile: "hls-720p", input: { url: 5 } }, "body/input/url must be string, but is 5"],
  [{ profile: "hls-720p", input: { uploadId: 5 } }, "body/input/uploadId must be string, but is 5"],
  [{ ...job, kind: "translate" }, 'body/kind must be one of transcode, but is "translate"'],
  [
    { ...job, deadline: "tomorrow" },
    'body/deadline must be a time such as 2026-11-21T10:00:00Z (RFC 3339), but is "tomorrow"',
  ],
  [
    { ...job, metadata: { "1st": "x" } },
    'body/metadata/1st is not a name that may stand here: it must match pattern "^[A-Za-z][A-Za-z0-9_.-]{0,39}$"',
  ],
  [{ ...job, metadata: { customer: 42 } }, "body/metadata/customer must be string, but is 42"],
  [
    { ...job, metadata: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`k${i}`, ""])) },
    'body/metadata must not have more than 20 properties, but is {"k0":"","k1":"","k2":"","k3":"","k4":"","k5":"","k6":"","k7…',
  ],
  [{ ...job, priority: 5 }, "body/priority must be one of normal, high, but is 5"],
])("a body that does not match is told what would: %j", async (body, detail) => {
  const problem = Value.Parse(Problem, (await post("/v1/jobs", body)).json());
  expect(problem.detail).toBe(detail);
  expect(problem.errors).toHaveLength(1);
});

it("a file above the limit is refused by its own code, and the limit stands in the schema", async () => {
  const { service } = built.fresh();
  const maximum = 5 * 1024 ** 3;
  const answer = await post("/v1/uploads", { contentType: "video/mp4", sizeBytes: maximum + 1 });
  expect([answer.statusCode, answer.json()]).toMatchObject([
    422,
    { code: "upload-too-large", detail: `sizeBytes is ${maximum + 1}; the maximum is ${maximum}` },
  ]);
  expect(service.uploads).toEqual([]);
  expect(
    (await post("/v1/uploads", { contentType: "video/mp4", sizeBytes: maximum })).statusCode,
  ).toBe(201);
  const document: unknown = (await built.app.inject({ url: "/openapi.json" })).json();
  const properties = { sizeBytes: { maximum } };
  expect(document).toMatchObject({ components: { schemas: { CreateUpload: { properties } } } });
});
