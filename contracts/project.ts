import { Type, type Static } from "typebox";
import { Line } from "./text.ts";

/**
 * Projects are tenants: what belongs to another project does not exist for a caller. Routes of the client API:
 *
 *   POST   /v1/projects              CreateProject → 201 Project      (scope platform)
 *   GET    /v1/projects                            → 200 ProjectList  (scope platform; ?limit=&cursor=)
 *   GET    /v1/projects/:id                        → 200 Project      (own; others with scope platform)
 *   PATCH  /v1/projects/:id          UpdateProject → 200 Project      (scope platform)
 */
const strict = { additionalProperties: false };
const Time = Type.String({ format: "date-time" });

const quotaNames = ["queued", "running", "minutesPerMonth", "bytesStored"] as const;

/** The largest whole number that JSON carries exactly is far above; Postgres has 4 bytes for all but bytes. */
const most = 2_147_483_647;
const limit = (maximum: number, description: string) =>
  Type.Optional(
    Type.Union([Type.Integer({ minimum: 0, maximum }), Type.Null()], {
      description: `${description}; null is no limit`,
    }),
  );

export const Quotas = Type.Object(
  {
    queued: limit(most, "Jobs that wait; more are refused"),
    running: limit(most, "Jobs that run at once; more wait, and other projects go on"),
    minutesPerMonth: limit(
      most,
      "Minutes of media that succeeded in a calendar month (UTC); once they are used, jobs are refused until the next",
    ),
    bytesStored: limit(
      Number.MAX_SAFE_INTEGER,
      "Bytes of uploads, as announced, and of results; an upload that would exceed them is refused",
    ),
  },
  { ...strict, title: "Quotas" },
);
export type Quotas = Static<typeof Quotas>;

/** What a refused request is told of the quota. */
export const QuotaUse = Type.Object(
  {
    name: Type.Enum(quotaNames),
    limit: Type.Integer(),
    used: Type.Number({ description: "Without what was refused" }),
    resetsAt: Type.Optional({
      ...Time,
      description: "When it is free again, if time alone frees it",
    }),
  },
  strict,
);
export type QuotaUse = Static<typeof QuotaUse>;

const Name = Line({ minLength: 1, maxLength: 100, description: "Unique among all projects" });

export const CreateProject = Type.Object(
  { name: Name, quotas: Type.Optional(Quotas) },
  {
    ...strict,
    title: "CreateProject",
    examples: [{ name: "shop", quotas: { running: 4, queued: 1000 } }],
  },
);
export type CreateProject = Static<typeof CreateProject>;

export const UpdateProject = Type.Object(
  {
    name: Type.Optional(Name),
    archived: Type.Optional(
      Type.Boolean({ description: "Whether its keys stop; jobs that are there go on" }),
    ),
    quotas: Type.Optional(Quotas),
  },
  { ...strict, title: "UpdateProject", examples: [{ quotas: { running: 8 } }] },
);
export type UpdateProject = Static<typeof UpdateProject>;

const Limit = Type.Union([Type.Integer(), Type.Null()]);
export const Project = Type.Object(
  {
    id: Type.String({ format: "uuid" }),
    name: Type.String(),
    createdAt: Time,
    archivedAt: Type.Optional(Time),
    quotas: Type.Object(
      { queued: Limit, running: Limit, minutesPerMonth: Limit, bytesStored: Limit },
      { ...strict, description: "null is no limit" },
    ),
    used: Type.Object(
      {
        queued: Type.Integer(),
        running: Type.Integer(),
        minutesPerMonth: Type.Number({ description: "In this calendar month (UTC)" }),
        bytesStored: Type.Integer(),
      },
      { ...strict, description: "By the same names as the quotas" },
    ),
  },
  { ...strict, title: "Project" },
);
export type Project = Static<typeof Project>;

export const ProjectList = Type.Object(
  {
    projects: Type.Array(Project, { description: "Newest first" }),
    nextCursor: Type.Optional(
      Type.String({ description: "Give it as `cursor` for older projects" }),
    ),
  },
  { ...strict, title: "ProjectList" },
);
export type ProjectList = Static<typeof ProjectList>;
