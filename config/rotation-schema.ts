import { count, section } from "./leaves.ts";

function rotation(description: string) {
  return count(0, { min: 0, max: 1_000_000 }, description);
}

/** A number goes up by one for each rotation: the stack's state then holds another value. */
export const Rotations = section(
  "How often each secret was replaced: to rotate one, raise its number by one and run `pulumi up`",
  {
    database: rotation("Passwords with which the API and the webhook sender log in to Postgres"),
    databaseOwner: rotation(
      "Password of the database's owner, as whom migrations and backups log in; not of a managed one",
    ),
    broker: rotation("Passwords of RabbitMQ's users; the broker restarts with it"),
    playback: rotation(
      "Secret that signs playback URLs; those of the one before stay good until the next rotation",
    ),
    edge: rotation(
      "The stack's own authority and the certificate of the edge: clients have to be given the new output edgeCa",
    ),
    inside: rotation(
      "The stack's authority for connections inside of it, and the certificates of its servers: these are taken up without a restart, and clients are rolled",
    ),
    workerAdmin: rotation(
      "Secret that registers workers; the one before stays good until the next rotation",
    ),
  },
);
