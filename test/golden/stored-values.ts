import { formatMarkdown } from "../support/markdown.ts";
import { othersValues } from "../support/outside-stacks.ts";
import { externalSecrets, formsIn } from "../support/stored-secrets.ts";
import type { ProgramRun } from "../support/stack.ts";

interface ValueRow {
  readonly what: string;
  readonly needed: string;
  /** How it is replaced. */
  readonly replaced: string;
}

const revision = "`secrets.revision`";
const broker = { needed: "always", replaced: "`rotations.broker`" };
const members = { needed: "`postgres.replicas: 3`", replaced: "not: members know each other by it" };
const storeKeys = (needed: string) => ({ needed, replaced: `${revision}, with a short interruption` });
const ofMedia = storeKeys("`cloud: local`");
const ofBackups = storeKeys("`backups.enabled`, but on eks");
const slots = (key: string) => `\`rotations.${key}\`, by slots`;

/** Values of a store, by the name after the prefix; `*` stands for a flavour of workers, as `cpu` or `nvenc-l4`. */
export const storedValues: Readonly<Record<string, ValueRow>> = {
  "api-bootstrap-key": {
    what: "first key of a client, which makes others; `npm run --silent new-key` prints one",
    needed: "always",
    replaced: "by the API: it makes and deletes keys of clients",
  },
  "api-database-password": {
    what: "of the role as which the API and the webhook sender log in to Postgres",
    needed: "always",
    replaced: slots("database"),
  },
  "api-edge-secret": {
    what: "by which the API knows the stack's proxy",
    needed: "`edge.enabled`",
    replaced: revision,
  },
  "api-migration-metrics-password": {
    what: "of the role that reads figures of Postgres",
    needed: "`monitoring.enabled`",
    replaced: revision,
  },
  "api-playback-secret": {
    what: "signs playback URLs",
    needed: "always, and its slot 1",
    replaced: slots("playback"),
  },
  "api-webhook-key": {
    what: "encrypts the secrets of webhook endpoints in Postgres",
    needed: "always",
    replaced: "not: endpoints would need new secrets",
  },
  "api-worker-admin-secret": {
    what: "registers workers",
    needed: "always, and its slot 1",
    replaced: slots("workerAdmin"),
  },
  "backup-store-access-key": { what: "root account of the store of backups", ...ofBackups },
  "backup-store-secret-key": { what: "its key", ...ofBackups },
  "backup-store-owner-access-key": { what: "account that writes backups", ...ofBackups },
  "backup-store-owner-secret-key": { what: "its key", ...ofBackups },
  "livekit-key": {
    what: "name of the key that lets into rooms",
    needed: "`egress.livekit.enabled`",
    replaced: revision,
  },
  "livekit-secret": { what: "that key", needed: "`egress.livekit.enabled`", replaced: revision },
  "media-bucket-access-key": {
    what: "access ID of an HMAC key of the API's account",
    needed: "`cloud: gke`",
    replaced: `a second key first, then ${revision}`,
  },
  "media-bucket-secret-key": {
    what: "its secret",
    needed: "`cloud: gke`",
    replaced: `a second key first, then ${revision}`,
  },
  "object-store-access-key": { what: "root account of the store of media", ...ofMedia },
  "object-store-secret-key": { what: "its key", ...ofMedia },
  "object-store-owner-access-key": { what: "account that reads and writes media", ...ofMedia },
  "object-store-owner-secret-key": { what: "its key", ...ofMedia },
  "postgres-backups-cipher-key": {
    what: "encrypts backups: without it nobody can restore one",
    needed: "`backups.enabled`",
    replaced: "not: keep it as long as its backups",
  },
  "postgres-members": { what: "lets servers of the database ask each other", ...members },
  "postgres-password": {
    what: "of the database's owner, as whom migrations and backups log in",
    needed: "always",
    replaced: slots("databaseOwner"),
  },
  "postgres-replication": { what: "as which a server follows another", ...members },
  "postgres-rewind": { what: "as which a server comes back", ...members },
  "rabbitmq-admin-password": { what: "of the broker's administrator", ...broker },
  "rabbitmq-api-password": { what: "of the API at the broker", ...broker },
  "rabbitmq-cookie": {
    what: "by which nodes and tools of the broker know each other",
    needed: "always",
    replaced: `${revision}, with an interruption where the broker has three nodes`,
  },
  "rabbitmq-scaler-password": {
    what: "of KEDA at the broker",
    ...broker,
    needed: "`autoscaling.enabled`",
  },
  "rabbitmq-worker-*-password": { what: "of the workers of a flavour at the broker", ...broker },
  "redis-password": {
    what: "of Redis and its clients",
    needed: "always",
    replaced: `${revision}; rate limits begin anew`,
  },
};

/** A slot, and a flavour, are not of the value's own name. */
function rowOf(key: string): string {
  return key
    .replace(/^framewright-/, "")
    .replace(/^rabbitmq-worker-.*-password$/, "rabbitmq-worker-*-password")
    .replace(/-[12]$/, "");
}

/** What each value has to be, as the templates of these stacks ask it. */
export function formsOfValues(runs: readonly ProgramRun[]): Map<string, string> {
  const forms = runs
    .flatMap(({ resources }) => externalSecrets(resources))
    .flatMap(({ spec }) => Object.values(spec.target.template.data))
    .flatMap(formsIn)
    .map(({ told }) => /^the value (?<key>\S+) must be (?<words>.+)$/.exec(told)?.groups ?? {});
  return new Map(
    forms
      .map(({ key = "", words = "" }) => [rowOf(key), words] as const)
      // Those have names of the owner's choice.
      .filter(([name]) => othersValues[name] === undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const begin = "<!-- values, by npm run golden:update -->\n";
const end = "\n<!-- end of the values -->";

/** docs/secrets.md with the table of what a store must have. */
export function renderSecretsPage(page: string, runs: readonly ProgramRun[]): Promise<string> {
  const rows = [...formsOfValues(runs)].map(([name, words]) => {
    const { what = "", needed = "", replaced = "" } = storedValues[name] ?? {};
    return `| \`${name}\` | ${what} | ${words} | ${needed} | ${replaced} |`;
  });
  const table = [
    "| value | what it is | must be | needed | replaced by |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error("docs/secrets.md has no marks for its table of values");
  return formatMarkdown(
    `${page.slice(0, from)}${begin}\n${table.join("\n")}\n${page.slice(to)}`,
  );
}
