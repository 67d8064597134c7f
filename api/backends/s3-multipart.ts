import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { MultipartRef, MultipartStore, PartTicket, StoredPart } from "./object-store.ts";
import { endOf, guard, md5Of, orAbsent, sendLimit } from "./s3-client.ts";

/**
 * Multipart uploads as S3, versitygw and Google have them. Of Google's XML API this relies on the same six requests, on
 * `Content-MD5` of a part, and on signatures by AWS4-HMAC-SHA256:
 * https://docs.cloud.google.com/storage/docs/multipart-uploads. Tested against its documentation, not against Google.
 */

/** Longest wait for the store to join parts. versitygw copies them; S3 sends blanks until it is done. */
export const joinLimitMs = 12 * 60_000;

interface Place {
  readonly client: S3Client;
  readonly bucket: string;
}

function named(bucket: string, { key, storeUploadId }: MultipartRef) {
  return { Bucket: bucket, Key: key, UploadId: storeUploadId };
}

/**
 * What is signed is the exact size and the digest. versitygw 1.8.0 keeps a part whose connection ended early, filled up with
 * zeros to the stated size: without the digest nobody could tell.
 */
async function presignPart({ client, bucket }: Place, ticket: PartTicket) {
  const { number, sizeBytes, md5, expiresSeconds } = ticket;
  const command = new UploadPartCommand({
    ...named(bucket, ticket),
    PartNumber: number,
    ContentLength: sizeBytes,
    ContentMD5: md5,
  });
  const url = await getSignedUrl(client, command, {
    expiresIn: expiresSeconds,
    signableHeaders: new Set(["host", "content-length", "content-md5"]),
  });
  const headers = { "content-length": String(sizeBytes), "content-md5": md5 };
  return { url, headers, expiresAt: await endOf(client, expiresSeconds) };
}

async function putPart(
  { client, bucket }: Place,
  ref: MultipartRef,
  part: { readonly number: number; readonly bytes: Uint8Array },
): Promise<void> {
  const command = new UploadPartCommand({
    ...named(bucket, ref),
    PartNumber: part.number,
    Body: part.bytes,
    ContentMD5: md5Of(part.bytes),
  });
  await guard(client.send(command, sendLimit()));
}

async function listParts({ client, bucket }: Place, ref: MultipartRef) {
  const parts: StoredPart[] = [];
  let marker: string | undefined;
  do {
    const page = await orAbsent(
      client.send(new ListPartsCommand({ ...named(bucket, ref), PartNumberMarker: marker })),
    );
    if (!page) return undefined;
    for (const { PartNumber, Size, ETag } of page.Parts ?? []) {
      if (PartNumber === undefined || ETag === undefined) continue;
      parts.push({ number: PartNumber, sizeBytes: Size ?? 0, etag: ETag });
    }
    marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
  } while (marker !== undefined);
  return parts;
}

async function join(
  { client, bucket }: Place,
  ref: MultipartRef,
  parts: readonly StoredPart[],
): Promise<boolean> {
  const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
  const command = new CompleteMultipartUploadCommand({
    ...named(bucket, ref),
    MultipartUpload: { Parts },
  });
  const limit = { requestTimeout: joinLimitMs, abortSignal: AbortSignal.timeout(joinLimitMs) };
  return (await orAbsent(client.send(command, limit))) !== undefined;
}

/** Listed anew until nothing is left: what is aborted is no longer in the list. */
async function abortAll(
  { client, bucket }: Place,
  prefix: string,
  signal: AbortSignal,
): Promise<number> {
  let aborted = 0;
  let page;
  do {
    signal.throwIfAborted();
    page = await guard(
      client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix }), {
        abortSignal: signal,
      }),
    );
    for (const { Key, UploadId } of page.Uploads ?? []) {
      if (Key === undefined || UploadId === undefined) continue;
      const ref = { key: Key, storeUploadId: UploadId };
      await orAbsent(client.send(new AbortMultipartUploadCommand(named(bucket, ref))));
      aborted++;
    }
  } while (page.IsTruncated === true);
  return aborted;
}

export function openMultipart(
  clients: { readonly inside: S3Client; readonly public: S3Client },
  bucket: string,
): MultipartStore {
  const place = { client: clients.inside, bucket };
  return {
    begin: async (key, contentType) => {
      const command = new CreateMultipartUploadCommand({
        Bucket: bucket,
        Key: key,
        ContentType: contentType,
      });
      const { UploadId } = await guard(place.client.send(command));
      if (UploadId === undefined) throw new Error(`the store gave no id for the parts of ${key}`);
      return UploadId;
    },
    putPart: (ref, number, bytes) => putPart(place, ref, { number, bytes }),
    presignPart: (ticket) => presignPart({ client: clients.public, bucket }, ticket),
    parts: (ref) => listParts(place, ref),
    join: (ref, parts) => join(place, ref, parts),
    abortAll: (prefix, signal) => abortAll(place, prefix, signal),
  };
}
