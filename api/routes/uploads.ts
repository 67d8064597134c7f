import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { maxPutBytes } from "@framewright/contracts/job-limits.ts";
import { CreateUpload, MultipartTicket, UploadTicket } from "@framewright/contracts/upload.ts";
import { AppError } from "../errors.ts";
import { actorOf } from "../plugins/auth.ts";
import type { App } from "../app.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";

/** The contract's body with the largest size that this installation takes. */
function bodyUpTo(maximum: number) {
  const { properties } = CreateUpload;
  const sizeBytes = { ...properties.sizeBytes, maximum };
  return { ...CreateUpload, properties: { ...properties, sizeBytes } };
}

export const UploadParams = Type.Object({ uploadId: Type.String({ format: "uuid" }) });

function requireMultipart({ sizeBytes, multipart = false }: CreateUpload): void {
  if (multipart || sizeBytes <= maxPutBytes) return;
  const detail = `sizeBytes is ${sizeBytes}, and one PUT carries ${maxPutBytes}; send "multipart": true`;
  throw new AppError("multipart-required", detail);
}

function deleteRoute(app: App, { service }: ClientDeps): void {
  app.delete(
    "/v1/uploads/:uploadId",
    {
      config: { scope: "submit" },
      schema: {
        tags: ["Uploads"],
        summary: "Delete an upload",
        description:
          "No job can use the upload any more, and repeating the request answers 404. The file is deleted right after, " +
          "and again if its URL is used once more; parts of an upload that is not complete are deleted likewise. While jobs wait or run that need the upload, it is refused with " +
          "`upload-in-use`, which names them: cancel or delete them first. Jobs that have ended keep their results.",
        params: UploadParams,
        response: answers({ 204: Type.Null({ description: "Deleted" }) }),
      },
    },
    async (request, reply) => {
      await service.deleteUpload(actorOf(request), request.params.uploadId);
      return reply.code(204).send(null);
    },
  );
}

export function uploadRoutes(app: App, deps: ClientDeps): void {
  const { service, limits } = deps;
  deleteRoute(app, deps);
  const { maxUploadBytes } = limits;
  const tooLarge = Compile(
    Type.Object({ sizeBytes: Type.Integer({ exclusiveMinimum: maxUploadBytes }) }),
  );
  app.post(
    "/v1/uploads",
    {
      config: { scope: "submit" },
      schema: {
        tags: ["Uploads"],
        summary: "Announce a video and get a URL to upload it to",
        description:
          "PUT the file to `url` with exactly the given headers, then create a job for `uploadId`. " +
          "The store refuses any other size or media type, in XML. With `multipart: true` there is no URL: cut the file " +
          "into `parts` of `partBytes`, ask for their URLs, send them in any order, as many at once as you like, and " +
          `complete the upload. Files above ${maxPutBytes} bytes come in parts alone.`,
        body: bodyUpTo(maxUploadBytes),
        response: answers({ 201: Type.Union([UploadTicket, MultipartTicket]) }),
      },
      // Before the schema is checked: clients tell a file that is too large by its own code.
      preValidation: ({ body }, _reply, done) => {
        if (!tooLarge.Check(body)) {
          done();
          return;
        }
        const detail = `sizeBytes is ${body.sizeBytes}; the maximum is ${maxUploadBytes}`;
        done(new AppError("upload-too-large", detail));
      },
    },
    async (request, reply) => {
      requireMultipart(request.body);
      const ticket = await service.createUpload(actorOf(request), request.body);
      void reply.header("cache-control", "no-store");
      return reply.code(201).header("location", `/v1/uploads/${ticket.uploadId}`).send(ticket);
    },
  );
}
