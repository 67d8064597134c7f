import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { CreateUpload, UploadTicket } from "@framewright/contracts/client-api.ts";
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

const UploadParams = Type.Object({ uploadId: Type.String({ format: "uuid" }) });

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
          "and again if its URL is used once more. While jobs wait or run that need the upload, it is refused with " +
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
          "The store refuses any other size or media type.",
        body: bodyUpTo(maxUploadBytes),
        response: answers({ 201: UploadTicket }),
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
      const ticket = await service.createUpload(actorOf(request), request.body);
      return reply.code(201).header("cache-control", "no-store").send(ticket);
    },
  );
}
