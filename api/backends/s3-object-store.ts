import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type {
  ObjectStore,
  OutputTicket,
  PresignedPut,
  PutTicket,
  ReadOptions,
} from "./object-store.ts";
import {
  clientOf,
  endOf,
  guard,
  md5Of,
  orAbsent,
  sendLimit,
  statusOf,
  translate,
  type ObjectStoreOptions,
} from "./s3-client.ts";
import type { StoreMetrics } from "../backend-metrics.ts";
import { measureRequests } from "./measured-requests.ts";
import { openMultipart } from "./s3-multipart.ts";
import { conditionOf, signUrl } from "./write-once.ts";

/**
 * Listing is what the API needs of a bucket anyway, and may do where looking at the bucket itself is not
 * allowed (GCS: `storage.objects.list` against `storage.buckets.get`). On the clouds the bucket is there
 * before the API, which need not be allowed to make one.
 */
async function ensureBucket(client: S3Client, bucket: string): Promise<void> {
  const look = new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 });
  if (await orAbsent(client.send(look))) return;
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    // 409: another replica was first.
    if (statusOf(error) !== 409) throw translate(error);
  }
}

async function presignPut(
  client: S3Client,
  bucket: string,
  ticket: PutTicket,
): Promise<PresignedPut> {
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: ticket.key,
    ContentType: ticket.contentType,
    ContentLength: ticket.sizeBytes,
  });
  const url = await getSignedUrl(client, command, {
    expiresIn: ticket.expiresSeconds,
    // Signed, so that the store refuses another size or type than was announced.
    signableHeaders: new Set(["host", "content-type", "content-length"]),
  });
  const headers = {
    "content-type": ticket.contentType,
    "content-length": String(ticket.sizeBytes),
  };
  return { url, headers, expiresAt: await endOf(client, ticket.expiresSeconds) };
}

/** Signed by hand: the SDK speaks only the words of Amazon. */
async function presignOutput(
  client: S3Client,
  options: ObjectStoreOptions,
  ticket: OutputTicket,
): Promise<PresignedPut> {
  const { side, key, contentType, sizeBytes, md5, expiresSeconds } = ticket;
  const { publicEndpoint, endpoint, bucket, region, writeOnce } = options;
  const url = new URL(side === "public" ? publicEndpoint : endpoint);
  url.pathname = `/${bucket}/${key}`;
  const headers = {
    "content-type": contentType,
    "content-length": String(sizeBytes),
    ...(md5 !== undefined && { "content-md5": md5 }),
    ...conditionOf(writeOnce),
  };
  const credentials = await client.config.credentials();
  const request = { method: "PUT", url, headers, region, credentials, expiresSeconds } as const;
  return {
    url: signUrl(writeOnce, { ...request, now: new Date() }),
    headers,
    expiresAt: await endOf(client, expiresSeconds),
  };
}

async function listSizes(
  client: S3Client,
  { bucket, prefix, signal }: { bucket: string; prefix: string; signal: AbortSignal },
) {
  const sizes = new Map<string, number>();
  let token: string | undefined;
  do {
    const page = await guard(
      client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
        { abortSignal: signal },
      ),
    );
    for (const { Key, Size } of page.Contents ?? []) {
      if (Key !== undefined) sizes.set(Key.slice(prefix.length), Size ?? 0);
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return sizes;
}

function described({ ContentLength, ETag, LastModified }: HeadObjectCommandOutput) {
  return { sizeBytes: ContentLength, etag: ETag, lastModified: LastModified };
}

async function readObject(client: S3Client, bucket: string, key: string, options: ReadOptions) {
  try {
    const answer = await client.send(
      new GetObjectCommand({
        Bucket: bucket,
        Key: key,
        Range: options.range,
        IfNoneMatch: options.ifNoneMatch,
      }),
      options.signal ? { abortSignal: options.signal } : {},
    );
    const { Body, ContentRange } = answer;
    if (!Body || !("pipe" in Body)) throw new Error(`the store sent no body for ${key}`);
    return {
      status: ContentRange === undefined ? (200 as const) : (206 as const),
      body: Body,
      contentRange: ContentRange,
      ...described(answer),
    };
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return undefined;
    if (status === 304) return "not-modified" as const;
    if (status === 416) return "bad-range" as const;
    throw translate(error);
  }
}

export function openObjectStore(options: ObjectStoreOptions, metrics: StoreMetrics): ObjectStore {
  const clients = {
    inside: clientOf(options.endpoint, options),
    public: clientOf(options.publicEndpoint, options),
  };
  // The other one only signs.
  measureRequests(clients.inside, metrics);
  const client = clients.inside;
  const { bucket } = options;
  const head = (key: string) =>
    orAbsent(client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })));
  return {
    ensureBucket: () => ensureBucket(client, bucket),
    presignPut: (ticket) => presignPut(clients[ticket.side], bucket, ticket),
    presignOutput: (ticket) => presignOutput(client, options, ticket),
    presignHead: (side, key, expiresSeconds) =>
      getSignedUrl(clients[side], new HeadObjectCommand({ Bucket: bucket, Key: key }), {
        expiresIn: expiresSeconds,
      }),
    presignGet: (side, key, expiresSeconds) =>
      getSignedUrl(clients[side], new GetObjectCommand({ Bucket: bucket, Key: key }), {
        expiresIn: expiresSeconds,
      }),
    sizeOf: async (key) => (await head(key))?.ContentLength,
    sizes: (prefix, signal) => listSizes(client, { bucket, prefix, signal }),
    read: (key, readOptions) => readObject(client, bucket, key, readOptions),
    stat: async (key) => {
      const found = await head(key);
      return found && { status: 200, contentRange: undefined, ...described(found) };
    },
    put: async (key, bytes) => {
      const ContentMD5 = md5Of(bytes);
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ContentMD5 });
      await guard(client.send(command, sendLimit()));
    },
    remove: async (key) => {
      await orAbsent(client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
    },
    multipart: openMultipart(clients, bucket),
    close: () => {
      clients.inside.destroy();
      clients.public.destroy();
    },
  };
}
