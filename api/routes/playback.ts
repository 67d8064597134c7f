import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { LRUCache } from "lru-cache";
import { mediaTypeOf } from "@framewright/contracts/media-type.ts";
import { OutputPath } from "@framewright/contracts/worker-api.ts";
import { lookCounter, type OnLook } from "../backend-metrics.ts";
import { AppError } from "../errors.ts";
import { EarlyPlayback, readEarlyPath, type EarlyAnswer } from "../jobs/early-playback.ts";
import { attemptPrefix } from "../jobs/rows.ts";
import { readPlayback } from "../keys/playback-token.ts";
import type { App } from "../app.ts";
import type { ClientDeps } from "./client-deps.ts";
import {
  allowAnyOrigin,
  allowPlayers,
  fileAnswers,
  FileHeaders,
  sendFile,
  sendHead,
} from "./files.ts";

const Params = Type.Object({
  token: Type.String({ description: "From the job's playbackUrl" }),
  "*": Type.String({ description: "Path of the file" }),
});
const isOutputPath = Compile(OutputPath);
const rememberedJobs = 10_000;
/** How long a deleted job can be played where a replica does not hear of it, because Redis is away. */
const rememberMs = 3_000;

type EarlyText = Extract<EarlyAnswer, { text: string }>;

const nothingHere = () =>
  new AppError("not-found", "The link is wrong or has expired; read the job again for a new one");

interface Remembered {
  readonly attempt: number;
  readonly forget: () => void;
}

/** Published attempts by job, so that a player's requests cost few queries. A job that is deleted is dropped at once. */
class PublishedAttempts {
  readonly #deps: Pick<ClientDeps, "service" | "notifier">;
  readonly #onLook: OnLook;
  readonly #known = new LRUCache<string, Remembered>({
    max: rememberedJobs,
    ttl: rememberMs,
    dispose: ({ forget }) => {
      forget();
    },
  });

  constructor(deps: Pick<ClientDeps, "service" | "notifier" | "metrics">) {
    this.#deps = deps;
    this.#onLook = lookCounter(deps.metrics, "published-attempts");
  }

  async of(jobId: string): Promise<number | undefined> {
    const known = this.#known.get(jobId);
    this.#onLook(known !== undefined);
    return known?.attempt ?? this.#read(jobId);
  }

  async #read(jobId: string): Promise<number | undefined> {
    let changed = false;
    // Before the query, so that a change during it is not missed.
    const forget = this.#deps.notifier.onJob(jobId, () => {
      changed = true;
      this.#known.delete(jobId);
    });
    let kept = false;
    try {
      const attempt = await this.#deps.service.published(jobId);
      kept = attempt !== undefined && !changed;
      if (attempt !== undefined && kept) this.#known.set(jobId, { attempt, forget });
      return attempt;
    } finally {
      if (!kept) forget();
    }
  }
}

/** The job that the token is for. */
function jobOf(deps: ClientDeps, token: string, path: string): string {
  const grant = readPlayback(token, deps.links.secrets);
  if (!grant || grant.expiresAt.getTime() <= Date.now()) throw nothingHere();
  if (!isOutputPath.Check(path)) throw nothingHere();
  return grant.jobId;
}

/** The key in the bucket: only under the published attempt of the job. */
async function keyOf(attempts: PublishedAttempts, jobId: string, path: string): Promise<string> {
  const attempt = await attempts.of(jobId);
  if (attempt === undefined) throw nothingHere();
  return attemptPrefix(jobId, attempt) + path;
}

/** A playlist that grows is asked for again as long as the job runs. */
function sendText(reply: FastifyReply, path: string, { text, isGrowing }: EarlyText) {
  return reply
    .type(mediaTypeOf(path))
    .header("cache-control", isGrowing ? "no-cache" : "public, max-age=300")
    .send(text);
}

export function playbackRoutes(app: App, deps: ClientDeps): void {
  const attempts = new PublishedAttempts(deps);
  const { store, service } = deps;
  const earlyPlayback = new EarlyPlayback({ store, state: (...args) => service.early(...args) });
  const tags = ["Playback"];
  app.route({
    method: ["GET", "HEAD"],
    url: "/v1/playback/:token/*",
    schema: {
      tags,
      summary: "Read a file of a published job",
      description:
        "Playlists name their files by relative paths, so a player that opens `playbackUrl` finds " +
        "all other files here. Ranges and ETags are supported, and any origin may read.",
      security: [],
      params: Params,
      headers: FileHeaders,
      response: fileAnswers,
    },
    handler: async (request, reply) => {
      allowAnyOrigin(reply);
      const { token, "*": path } = request.params;
      const jobId = jobOf(deps, token, path);
      const early = readEarlyPath(path);
      const found = early && (await earlyPlayback.find(jobId, early));
      if (early && !found) throw nothingHere();
      if (found && "text" in found) return sendText(reply, path, found);
      const key = found?.key ?? (await keyOf(attempts, jobId, path));
      const file = { key, path, request, reply, nothingHere };
      return request.method === "HEAD" ? sendHead(deps, file) : sendFile(deps, file);
    },
  });
  allowPlayers(app, "/v1/playback/:token/*");
}
