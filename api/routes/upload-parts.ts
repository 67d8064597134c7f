import { PresignedParts, PresignParts, Upload } from "@framewright/contracts/upload.ts";
import { actorOf, callerOf } from "../plugins/auth.ts";
import type { App } from "../app.ts";
import { answers } from "./answers.ts";
import type { ClientDeps } from "./client-deps.ts";
import { UploadParams } from "./uploads.ts";

const tags = ["Uploads"];

function presignRoute(app: App, { service }: ClientDeps): void {
  app.post(
    "/v1/uploads/:uploadId/parts",
    {
      config: { scope: "submit" },
      schema: {
        tags,
        summary: "Get URLs for parts of an upload",
        description:
          "Of an upload with `multipart`. PUT each part to its URL with exactly the given headers. A part that failed, or " +
          "whose URL expired, gets a new URL by the same request; one that is sent again replaces the one before.",
        params: UploadParams,
        body: PresignParts,
        response: answers({ 200: PresignedParts }),
      },
    },
    async (request, reply) => {
      const { projectId } = callerOf(request);
      const { uploadId } = request.params;
      const parts = await service.presignParts(projectId, uploadId, request.body);
      return reply.code(200).header("cache-control", "no-store").send(parts);
    },
  );
}

function completeRoute(app: App, { service }: ClientDeps): void {
  app.post(
    "/v1/uploads/:uploadId/complete",
    {
      config: { scope: "submit" },
      schema: {
        tags,
        summary: "Complete an upload in parts",
        description:
          "Looks itself which parts the store has: parts that are missing are refused with `upload-incomplete`, parts of " +
          "another size with `upload-size-mismatch`, each named in `errors`. Answers 202 with `completing` when the store " +
          "needs longer than a request may take: look at the upload until it is `complete`. May be repeated.",
        params: UploadParams,
        response: answers({ 200: Upload, 202: Upload }),
      },
    },
    async (request, reply) => {
      const upload = await service.completeUpload(actorOf(request), request.params.uploadId);
      return reply.code(upload.state === "complete" ? 200 : 202).send(upload);
    },
  );
}

export function uploadPartRoutes(app: App, deps: ClientDeps): void {
  const { service } = deps;
  presignRoute(app, deps);
  completeRoute(app, deps);
  app.get(
    "/v1/uploads/:uploadId",
    {
      config: { scope: "read" },
      schema: {
        tags,
        summary: "Show an upload and what has arrived of it",
        description:
          "A client that lost track of an upload in parts sends those that are not in `stored`. Compare `etag` with the MD5 " +
          "of what you have where it may have changed since.",
        params: UploadParams,
        response: answers({ 200: Upload }),
      },
    },
    (request) => service.upload(callerOf(request).projectId, request.params.uploadId),
  );
}
