import { Type, type Static } from "typebox";

/**
 * What the platform asks a service of lip synchronisation, for which there is no interface in common use. One request is one
 * job, so that the queue before the service knows of each, and any pod can have it:
 *
 *   POST /v1/lipsync   multipart/form-data with `video`, `audio` and `model` → 200 with a video, or a LipSyncRefusal
 *   GET  /v1/models    LipSyncModels; the first one is asked for
 *   GET  /health       200 once the model is loaded
 *
 * `video` is a piece of a film as MP4 with H.264 and nothing else, from its first frame on, and `audio` is what is spoken in it as
 * WAV, 16 bits in one channel, equally long; silence where nobody speaks. The answer is MP4 with H.264 that has as many frames of the same
 * width, height and times. Pictures without a face, or of somebody who is not the speaker, come back as they were. All pieces are
 * encoded with the same settings: they are joined without encoding them again.
 */
export const lipSyncPath = "/v1/lipsync";

/** Parts of the form. */
export const lipSyncParts = { video: "video", audio: "audio", model: "model" } as const;

/** A piece is a request, and what is kept of it a step of the job. */
export const lipSyncPiece = { seconds: 16, bytes: 64 * 1024 * 1024, maxHeight: 1080 } as const;

/** With a status of 4xx: the piece cannot be worked on, and asking again changes nothing. 408, 429 and 5xx are asked again. */
export const LipSyncRefusal = Type.Object({
  error: Type.Object({
    message: Type.String({ description: "Why, in a sentence that the user of the job reads" }),
    code: Type.Optional(Type.String()),
  }),
});
export type LipSyncRefusal = Static<typeof LipSyncRefusal>;

export const LipSyncModels = Type.Object({
  data: Type.Array(
    Type.Object({
      id: Type.String({ minLength: 1, description: "Part of what names a kept step" }),
    }),
    { minItems: 1 },
  ),
});
export type LipSyncModels = Static<typeof LipSyncModels>;
