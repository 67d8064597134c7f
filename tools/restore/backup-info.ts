import { Type, type Static } from "typebox";
import { parseAs } from "../parse.ts";

/** What `pgbackrest info --output=json` tells, as far as it is read here. Times are in seconds since 1970. */
const Backup = Type.Object({
  label: Type.String(),
  type: Type.String(),
  timestamp: Type.Object({ start: Type.Integer(), stop: Type.Integer() }),
  archive: Type.Object({
    start: Type.Union([Type.String(), Type.Null()]),
    stop: Type.Union([Type.String(), Type.Null()]),
  }),
  info: Type.Object({ size: Type.Integer() }),
});
export type Backup = Static<typeof Backup>;

const Stanza = Type.Object({
  status: Type.Object({ code: Type.Integer(), message: Type.String() }),
  backup: Type.Array(Backup),
  archive: Type.Array(
    Type.Object({
      id: Type.String(),
      min: Type.Union([Type.String(), Type.Null()]),
      max: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});

export interface Repository {
  /** Oldest first. */
  readonly backups: readonly Backup[];
  /** Name of the newest segment of the log. */
  readonly newestSegment: string | undefined;
}

/** What the repository holds; throws where there is nothing to restore. */
export function readRepository(text: string): Repository {
  const [stanza] = parseAs(Type.Array(Stanza), JSON.parse(text), "pgBackRest's list of backups");
  if (stanza === undefined || stanza.backup.length === 0) {
    const said = stanza === undefined ? "" : `: ${stanza.status.message}`;
    throw new Error(
      `The repository has no backup${said}. Make one: kubectl -n framewright-data create job --from=cronjob/postgres-backup backup-by-hand`,
    );
  }
  // Archives are in the order in which databases had the stanza; the last one is today's.
  const newest = stanza.archive.at(-1)?.max ?? undefined;
  return { backups: stanza.backup, newestSegment: newest };
}
