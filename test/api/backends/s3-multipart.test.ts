import { createServer, type IncomingMessage, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { openObjectStore } from "../../../api/backends/s3-object-store.ts";
import { listen } from "../agent-under-test.ts";
import { createMetrics } from "../../../api/metrics.ts";

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

interface Answer {
  readonly status: number;
  readonly body?: string;
}

/** Answers by method and query; gives the requests that it got. */
async function storeThatAnswers(answer: (request: IncomingMessage, query: string) => Answer) {
  const requests: string[] = [];
  const own = createServer((request, response) => {
    const query = (request.url ?? "").split("?")[1] ?? "";
    requests.push(`${request.method ?? ""} ${query}`);
    const { status, body = "" } = answer(request, query);
    request.resume().on("end", () => {
      response.writeHead(status, { "content-type": "application/xml" }).end(body);
    });
  });
  server = own;
  const endpoint = `http://127.0.0.1:${await listen(own)}`;
  const { multipart } = openObjectStore(
    {
      ...{ endpoint, publicEndpoint: endpoint, bucket: "videos", region: "us-east-1" },
      writeOnce: "if-none-match",
      keys: { accessKeyId: "id", secretAccessKey: "secret" },
    },
    createMetrics(),
  );
  return { multipart, requests };
}

const ref = { key: "uploads/p/u", storeUploadId: "abc" };
const error = (code: string) => `<Error><Code>${code}</Code><Message>no</Message></Error>`;
const unknown = () => ({ status: 404, body: error("NoSuchUpload") });

describe("parts of an upload", () => {
  const part = (number: number) =>
    `<Part><PartNumber>${number}</PartNumber><ETag>"${number}"</ETag><Size>7</Size></Part>`;
  const page = (content: string, next = "") =>
    `<ListPartsResult>${content}${next}</ListPartsResult>`;

  it("come from every page of the list", async () => {
    const more = "<IsTruncated>true</IsTruncated><NextPartNumberMarker>2</NextPartNumberMarker>";
    const { multipart, requests } = await storeThatAnswers((_request, query) => ({
      status: 200,
      body: query.includes("part-number-marker=2")
        ? page(part(3), "<IsTruncated>false</IsTruncated>")
        : page(part(1) + part(2), more),
    }));
    expect(await multipart.parts(ref)).toEqual(
      [1, 2, 3].map((number) => ({ number, sizeBytes: 7, etag: `"${number}"` })),
    );
    expect(requests).toHaveLength(2);
  });

  it("are none of an upload without one, and unknown of one that the store has not", async () => {
    const { multipart } = await storeThatAnswers(() => ({ status: 200, body: page("") }));
    expect(await multipart.parts(ref)).toEqual([]);
    server?.close();
    const other = await storeThatAnswers(unknown);
    expect(await other.multipart.parts(ref)).toBeUndefined();
  });
});

describe("joining parts", () => {
  const parts = [{ number: 1, sizeBytes: 7, etag: '"1"' }];
  const join = async (answer: Answer) =>
    (await storeThatAnswers(() => answer)).multipart.join(ref, parts);
  const done = "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>";

  it.each([
    ["has joined them", { status: 200, body: done }, true],
    ["has no such upload", unknown(), false],
  ])("of which the store says that it %s is %s", async (_what, answer, expected) => {
    expect(await join(answer)).toBe(expected);
  });

  it("that failed after the store had begun to answer 200, as S3 does, is a failure", async () => {
    await expect(join({ status: 200, body: error("InternalError") })).rejects.toMatchObject({
      code: "unavailable",
    });
  });
});

it("the address of a part signs its size and its digest", async () => {
  const { multipart } = await storeThatAnswers(unknown);
  const ticket = { ...ref, number: 2, sizeBytes: 7, md5: "XrY7u+Ae7tCTyyK7j1rNww==" };
  const { url, headers } = await multipart.presignPart({ ...ticket, expiresSeconds: 60 });
  const { searchParams } = new URL(url);
  const asked = ["partNumber", "uploadId", "X-Amz-Expires", "X-Amz-SignedHeaders"];
  expect(asked.map((name) => searchParams.get(name))).toEqual([
    ...["2", "abc", "60", "content-length;content-md5;host"],
  ]);
  expect(headers).toEqual({ "content-length": "7", "content-md5": ticket.md5 });
});

describe("what is left under a prefix", () => {
  const upload = (id: string) =>
    `<Upload><Key>uploads/p/u</Key><UploadId>${id}</UploadId></Upload>`;
  const list = (ids: string[], isTruncated: boolean) =>
    `<ListMultipartUploadsResult>${ids.map(upload).join("")}<IsTruncated>${isTruncated}</IsTruncated></ListMultipartUploadsResult>`;

  it("is aborted until the list is empty, and what another has aborted is no error", async () => {
    let lists = 0;
    const { multipart, requests } = await storeThatAnswers((request) => {
      if (request.method === "DELETE") return unknown();
      lists++;
      return { status: 200, body: lists === 1 ? list(["a", "b"], true) : list(["c"], false) };
    });
    expect(await multipart.abortAll("uploads/p/u", AbortSignal.timeout(5_000))).toBe(3);
    expect(requests.filter((request) => request.startsWith("DELETE"))).toHaveLength(3);
    expect(requests[0]).toContain("prefix=uploads%2Fp%2Fu");
  });

  it("that the store does not let go is an error, so that it is tried again", async () => {
    const { multipart } = await storeThatAnswers((request) =>
      request.method === "DELETE"
        ? { status: 403, body: error("AccessDenied") }
        : { status: 200, body: list(["a"], false) },
    );
    const aborting = multipart.abortAll("uploads/p/u", AbortSignal.timeout(5_000));
    await expect(aborting).rejects.toMatchObject({ name: "AccessDenied" });
  });
});
