import { AsyncLocalStorage } from "node:async_hooks";
import { ERRORS, Server } from "@tus/server";
import { tusPath } from "@framewright/contracts/upload.ts";
import type { Actor } from "../audit-log.ts";
import { AppError, type ErrorCode } from "../errors.ts";
import { newId } from "../ids.ts";
import type { EngineContext } from "./context.ts";
import { UploadLocks } from "./tus-locks.ts";
import { TusStore } from "./tus-store.ts";
import { WriterSlots } from "./tus-slots.ts";

/** tus 1.0 over the uploads of this API. */
export interface TusUploads {
  /** Refusals are thrown. `by` is missing where no key is needed: for OPTIONS. */
  answer(request: Request, by: Actor | undefined): Promise<Response>;
  /** Ends what is being written, which clients then go on with at another replica. */
  close(): Promise<void>;
}

export interface TusOptions {
  readonly maxBytes: number;
  /** Requests with bytes that this replica takes at once: each holds a part in memory. */
  readonly writers: number;
}

interface Call {
  readonly by: Actor | undefined;
  failure?: unknown;
}

interface TusError {
  readonly status_code: number;
  readonly body: string;
}

function isTusError(error: unknown): error is TusError {
  return typeof error === "object" && error !== null && "status_code" in error && "body" in error;
}

/** By the status that the library gives. */
const codes: Readonly<Record<number, ErrorCode>> = {
  404: "upload-not-found",
  409: "upload-offset-mismatch",
  410: "upload-expired",
  412: "tus-version",
  413: "too-large",
};

const remedies: Readonly<Partial<Record<ErrorCode, string>>> = {
  "upload-offset-mismatch": "ask with HEAD how much has arrived, and go on from there",
  "upload-expired": "announce the file again with POST",
  "tus-version": "send the header Tus-Resumable: 1.0.0",
};

const brokeOff = "The request broke off; ask with HEAD how much has arrived, and go on from there";

function refusal({ status_code: status, body }: TusError): AppError {
  if (body === ERRORS.ABORTED.body) return new AppError("invalid-request", brokeOff);
  const code = codes[status] ?? "invalid-request";
  const what = body.trim();
  const remedy = remedies[code];
  return new AppError(code, remedy === undefined ? what : `${what}; ${remedy}`);
}

/** The library answers with bare texts; ours are problems as everywhere else. */
async function failureOf({ failure }: Call, response: Response): Promise<unknown> {
  if (failure === undefined) {
    return refusal({ status_code: response.status, body: await response.text() });
  }
  return isTusError(failure) && failure.status_code < 500 ? refusal(failure) : failure;
}

const octets = "application/offset+octet-stream";

/** POST may carry the beginning of the file. */
function carriesBytes({ method, headers }: Request): boolean {
  return method === "PATCH" || (method === "POST" && headers.get("content-type") === octets);
}

/** Requests that do not write to an upload end soon after they are asked to; this is for the last bytes. */
const drainMs = 200;

function createServer(store: TusStore, locker: UploadLocks, calls: AsyncLocalStorage<Call>) {
  return (maxSize: number) =>
    new Server({
      path: tusPath,
      datastore: store,
      maxSize,
      locker,
      lockDrainTimeout: drainMs,
      namingFunction: () => newId(),
      // Relative: how clients reach this API is theirs to know.
      generateUrl: (_request, { path, id }) => `${path}/${id}`,
      // Before the lock: who may not see an upload must not end what writes to it.
      onIncomingRequest: async (request, id) => {
        if (request.method !== "POST") await store.requireOwn(id);
      },
      onUploadCreate: async (request, upload) => {
        await store.announce(upload, request.headers.get("upload-metadata") ?? undefined);
        return {};
      },
      onUploadFinish: async (_request, { id }) => {
        await store.finish(id);
        return {};
      },
      onResponseError: (_request, error) => {
        const call = calls.getStore();
        if (call) call.failure = error;
        return undefined;
      },
    });
}

export function createTusUploads(context: EngineContext, options: TusOptions): TusUploads {
  const calls = new AsyncLocalStorage<Call>();
  const actor = (): Actor => {
    const by = calls.getStore()?.by;
    if (!by) throw new Error("a request that writes by tus has no key check");
    return by;
  };
  const locks = new UploadLocks(context);
  const store = new TusStore({ context, actor });
  const server = createServer(store, locks, calls)(options.maxBytes);
  const slots = new WriterSlots(options.writers);
  const handle = async (request: Request, by: Actor | undefined): Promise<Response> => {
    const call: Call = { by };
    const response = await calls.run(call, () => server.handleWeb(request));
    if (response.status >= 400) throw await failureOf(call, response);
    return response;
  };
  return {
    answer: (request, by) =>
      by !== undefined && carriesBytes(request)
        ? slots.during(by.projectId, () => handle(request, by))
        : handle(request, by),
    close: () => locks.askAllToEnd(),
  };
}
