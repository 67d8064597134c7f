import { Upload } from "tus-js-client";
import { generated } from "../tus/generated-file.ts";

/**
 * Uploads a generated file by tus-js-client, and prints a line of JSON whenever it learns something: `{"url"}`,
 * `{"accepted"}`, `{"done": true}`, `{"failed"}`. The test kills it.
 */
interface Asked {
  readonly endpoint: string;
  readonly key: string;
  readonly sizeBytes: number;
  /** Of a request; without it one request has the whole file. */
  readonly chunkBytes?: number;
  /** To go on with. */
  readonly uploadUrl?: string;
  readonly metadata?: Record<string, string>;
}

function say(fact: object): void {
  process.stdout.write(`${JSON.stringify(fact)}\n`);
}

const asked = JSON.parse(process.argv[2] ?? "{}") as Asked;
const { sizeBytes, uploadUrl, chunkBytes } = asked;
const upload = new Upload(Buffer.alloc(0), {
  endpoint: asked.endpoint,
  uploadUrl: uploadUrl ?? null,
  headers: { authorization: `Bearer ${asked.key}` },
  metadata: asked.metadata ?? {},
  uploadSize: sizeBytes,
  ...(chunkBytes !== undefined && { chunkSize: chunkBytes }),
  retryDelays: [200, 500, 1000, 2000, 4000, 8000, 8000, 8000],
  storeFingerprintForResuming: false,
  fileReader: {
    openFile: () =>
      Promise.resolve({
        size: sizeBytes,
        slice: (start: number, end: number) => {
          const to = Math.min(end, sizeBytes);
          return Promise.resolve({ value: generated(start, to), done: to === sizeBytes });
        },
        close: () => undefined,
      }),
  },
  onUploadUrlAvailable: () => {
    say({ url: upload.url });
  },
  onProgress: (sent) => {
    say({ sent });
  },
  onChunkComplete: (_size, accepted) => {
    say({ accepted });
  },
  onSuccess: () => {
    say({ done: true });
  },
  onError: (error) => {
    say({ failed: error.message });
    process.exitCode = 1;
  },
});
upload.start();
