import { expect, it } from "vitest";
import { conditionOf, signUrl } from "../../../api/backends/write-once.ts";

const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const common = { credentials, now: new Date("2013-05-24T00:00:00Z"), expiresSeconds: 86_400 };

it("an address is signed as the example of Amazon's documentation is", () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  const url = new URL("https://examplebucket.s3.amazonaws.com/test.txt");
  const signed = signUrl("if-none-match", {
    ...common,
    ...{ method: "GET", url, headers: {}, region: "us-east-1" },
  });
  expect(new URL(signed).searchParams.get("X-Amz-Signature")).toBe(
    "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
  );
});

it("an address for Google has its names alone, and signs its condition", () => {
  const url = new URL("https://storage.googleapis.com/media/jobs/1/a1/0.m4s");
  const headers = { "content-md5": "x", ...conditionOf("generation-match") };
  const request = { ...common, method: "PUT", url, headers, region: "auto" } as const;
  const { searchParams } = new URL(signUrl("generation-match", request));
  expect([...searchParams.keys()].filter((name) => !name.startsWith("X-Goog-"))).toEqual([]);
  expect(Object.fromEntries(searchParams)).toMatchObject({
    "X-Goog-Algorithm": "GOOG4-HMAC-SHA256",
    "X-Goog-Credential": "AKIAIOSFODNN7EXAMPLE/20130524/auto/storage/goog4_request",
    "X-Goog-Date": "20130524T000000Z",
    "X-Goog-Expires": "86400",
    "X-Goog-SignedHeaders": "content-md5;host;x-goog-if-generation-match",
  });
  expect(headers).toMatchObject({ "x-goog-if-generation-match": "0" });
});

it("an address of a session carries its token, signed", () => {
  const url = new URL("https://s3.us-east-1.amazonaws.com/media/a");
  const request = { ...common, method: "PUT", url, headers: {}, region: "us-east-1" } as const;
  const signatureWith = (sessionToken: string | undefined) => {
    const signed = signUrl("if-none-match", {
      ...request,
      credentials: { ...credentials, sessionToken },
    });
    const { searchParams } = new URL(signed);
    return [searchParams.get("X-Amz-Security-Token"), searchParams.get("X-Amz-Signature")];
  };
  expect(signatureWith(undefined)[0]).toBeNull();
  expect(signatureWith("one/+=")[0]).toBe("one/+=");
  expect(signatureWith("one/+=")[1]).not.toBe(signatureWith("two")[1]);
});
