import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exec, ExecError } from "../../tools/exec.ts";
import { imageRoot } from "../../tools/images/roots.ts";
import { kinds, portOf, type Place } from "../../tools/services/kinds.ts";
import { Sandbox } from "../../tools/services/sandbox.ts";
import { newPlace } from "../../tools/services/service.ts";
import { until } from "../api/api-under-test.ts";

const bucket = "media";
const strange = "somebody-elses";
const first = { accessKeyId: "FIRSTOWNER", secretAccessKey: "secret-of-the-first-owner" };
const second = { accessKeyId: "SECONDOWNER", secretAccessKey: "secret-of-the-second-owner" };
type Keys = typeof first;

let folder: string;
let place: Place;
let store: Sandbox;
let root: Keys;

function clientOf(credentials: Keys): S3Client {
  const endpoint = `http://127.0.0.1:${portOf(place, "s3")}`;
  return new S3Client({ endpoint, credentials, region: "us-east-1", forcePathStyle: true });
}

async function startFor(owner: Keys): Promise<void> {
  const { command, path, env } = kinds.objectStore.run(place);
  const own = {
    OWNER_ACCESS_KEY: owner.accessKeyId,
    OWNER_SECRET_KEY: owner.secretAccessKey,
    BUCKET: bucket,
  };
  root = { accessKeyId: env["ROOT_ACCESS_KEY"] ?? "", secretAccessKey: place.password };
  const image = await imageRoot("object-store");
  store = new Sandbox({ folder, root: image, command, path, env: { ...env, ...own } });
  store.start();
  await until("the bucket's owner", () => write(owner, "film.mp4"));
}

const write = (keys: Keys, key: string) =>
  clientOf(keys).send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: "pictures" }));

/** The status of the refusal, or 200. */
async function statusOf(answer: Promise<unknown>): Promise<number | undefined> {
  try {
    await answer;
    return 200;
  } catch (error) {
    if (error instanceof S3ServiceException) return error.$metadata.httpStatusCode;
    throw error;
  }
}

/** What the command for accounts says to these keys on one of the two ports. */
async function listAccounts({ accessKeyId, secretAccessKey }: Keys, port: string): Promise<string> {
  const [command = "", ...enter] = store.beside();
  const url = `http://127.0.0.1:${portOf(place, port)}`;
  const keys = [`--access=${accessKeyId}`, `--secret=${secretAccessKey}`, `--endpoint-url=${url}`];
  const tool = ["/usr/local/bin/versitygw", "admin", ...keys, "list-users"];
  return exec(command, [...enter, ...tool]).catch((error: unknown) => {
    if (error instanceof ExecError) return error.output;
    throw error;
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "object-store-image-"));
  mkdirSync(folder, { recursive: true });
  place = await newPlace("objectStore");
  await startFor(first);
  await clientOf(root).send(new CreateBucketCommand({ Bucket: strange }));
  await clientOf(root).send(
    new PutObjectCommand({ Bucket: strange, Key: "secret", Body: "not for the API" }),
  );
});
afterAll(async () => {
  await store.kill();
  rmSync(folder, { recursive: true, force: true });
});

test("the owner reads, writes and lists its bucket", async () => {
  const owner = clientOf(first);
  await owner.send(new PutObjectCommand({ Bucket: bucket, Key: "a/b.ts", Body: "segment" }));
  const { Contents = [] } = await owner.send(new ListObjectsV2Command({ Bucket: bucket }));
  expect(Contents.map(({ Key }) => Key)).toEqual(["a/b.ts", "film.mp4"]);
  const { Body } = await owner.send(new GetObjectCommand({ Bucket: bucket, Key: "a/b.ts" }));
  expect(await Body?.transformToString()).toBe("segment");
});

const refusals: Record<string, (owner: S3Client) => Promise<unknown>> = {
  "list another bucket": (owner) => owner.send(new ListObjectsV2Command({ Bucket: strange })),
  "read from another bucket": (owner) =>
    owner.send(new GetObjectCommand({ Bucket: strange, Key: "secret" })),
  "write to another bucket": (owner) =>
    owner.send(new PutObjectCommand({ Bucket: strange, Key: "mine", Body: "x" })),
  "make a bucket": (owner) => owner.send(new CreateBucketCommand({ Bucket: "one-more" })),
};

test.for(Object.entries(refusals))("the owner cannot %s", async ([, call]) => {
  expect(await statusOf(call(clientOf(first)))).toBe(403);
});

test("the owner sees no bucket but its own", async () => {
  const { Buckets = [] } = await clientOf(first).send(new ListBucketsCommand({}));
  expect(Buckets.map(({ Name }) => Name)).toEqual([bucket]);
});

test("accounts are managed by the root key alone, and not on the port of the clients", async () => {
  expect(await listAccounts(root, "admin")).toContain(first.accessKeyId);
  expect(await listAccounts(first, "admin")).toContain("AccessDenied");
  expect(await listAccounts(root, "s3")).toContain("MethodNotAllowed");
});

test("after a start with other keys the bucket is theirs, and the earlier keys are unknown", async () => {
  await store.stop("SIGTERM");
  await startFor(second);
  const { Body } = await clientOf(second).send(
    new GetObjectCommand({ Bucket: bucket, Key: "a/b.ts" }),
  );
  expect(await Body?.transformToString()).toBe("segment");
  expect(await statusOf(write(first, "late.mp4"))).toBe(403);
  // The same keys once more.
  await store.stop("SIGTERM");
  await startFor(second);
});
