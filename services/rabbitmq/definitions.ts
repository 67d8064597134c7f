import type { JobClass } from "@framewright/contracts/job.ts";
import { queueOf } from "@framewright/contracts/queue.ts";
import { secretList, secretText, type SecretText } from "../kit/secrets/secret-text.ts";
import { hashPassword } from "./password-hash.ts";

export interface Permissions {
  /** Regular expressions over names of exchanges and queues; "" matches nothing. */
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

/** A user of the broker and what it may do. */
export interface BrokerUser {
  readonly name: string;
  readonly tags: readonly string[];
  readonly permissions: Permissions;
}

const everything = ".*";
const ours = "^framewright\\.";

export const admin: BrokerUser = {
  name: "admin",
  tags: ["administrator"],
  permissions: { configure: everything, write: everything, read: everything },
};

export const api: BrokerUser = {
  name: "api",
  tags: [],
  permissions: { configure: ours, write: ours, read: ours },
};

/**
 * Looks at how long queues are, over the management API: that takes the tag `management` and a permission, if an empty one;
 * the tag `monitoring` alone is refused.
 */
export const scaler: BrokerUser = {
  name: "scaler",
  tags: ["management"],
  permissions: { configure: "", write: "", read: "" },
};

/** Workers that take the jobs of these classes. */
export interface WorkerClient {
  /** Of the flavour, e.g. `nvenc-t4`. */
  readonly name: string;
  readonly classes: readonly JobClass[];
}

function literally(text: string): string {
  return text.replaceAll(".", "\\.");
}

/**
 * Workers of one flavour take jobs of their classes, and can neither publish nor declare. RabbitMQ asks for the same right
 * (`read`) to consume, to get and to purge, so a worker may also empty the queues that it serves:
 * https://www.rabbitmq.com/docs/access-control#authorisation
 */
export function workerUser({ name, classes }: WorkerClient): BrokerUser {
  const queues = classes.map((jobClass) => literally(queueOf(jobClass)));
  const read = queues.length === 0 ? "" : `^(${queues.join("|")})$`;
  return { name: `worker-${name}`, tags: [], permissions: { configure: "", write: "", read } };
}

export interface Credential {
  readonly password: string;
  /** Base64 of four bytes. */
  readonly salt: string;
}

export type UserWithCredential = BrokerUser & { readonly credential: Credential };

const vhost = "/";

/** One virtual host, and who may do what in it. */
function rights(users: readonly BrokerUser[]) {
  return {
    vhosts: [{ name: vhost }],
    permissions: users.map(({ name, permissions }) => ({ user: name, vhost, ...permissions })),
  };
}

/** The definitions file: users with hashed passwords, one virtual host, permissions. No queues: the API declares them. */
export function definitions(users: readonly UserWithCredential[]): string {
  const { vhosts, permissions } = rights(users);
  const content = {
    vhosts,
    users: users.map(({ name, tags, credential: { password, salt } }) => ({
      name,
      password_hash: hashPassword(password, Buffer.from(salt, "base64")),
      hashing_algorithm: "rabbit_password_hashing_sha256",
      tags,
    })),
    permissions,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

export type UserWithPassword = BrokerUser & { readonly password: SecretText };

/**
 * The same with the passwords themselves, which the broker hashes with a salt of its own when it reads them
 * (`rabbit_auth_backend_internal:put_user`): a template can't compute the bytes of a hash.
 */
export function plainDefinitions(users: readonly UserWithPassword[]): SecretText {
  const entries = users.map(
    ({ name, tags, password }) =>
      secretText`{"name":"${name}","password":"${password}","tags":${JSON.stringify(tags)}}`,
  );
  const { vhosts, permissions } = rights(users);
  return secretText`{"vhosts":${JSON.stringify(vhosts)},"users":${secretList(entries)},"permissions":${JSON.stringify(permissions)}}`;
}
