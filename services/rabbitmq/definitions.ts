import { hashPassword } from "./password-hash.ts";

interface Permissions {
  /** Regular expressions over names of exchanges and queues; "" matches nothing. */
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

const everything = ".*";
const ours = "^framewright\\.";

/** Who may do what. A worker takes jobs, and can neither publish nor declare. */
export const userTable = {
  admin: {
    tags: ["administrator"],
    permissions: { configure: everything, write: everything, read: everything },
  },
  api: { tags: [], permissions: { configure: ours, write: ours, read: ours } },
  worker: {
    tags: [],
    permissions: { configure: "", write: "", read: "^framewright\\.jobs\\." },
  },
} as const satisfies Record<string, { tags: readonly string[]; permissions: Permissions }>;

export type UserName = keyof typeof userTable;
const userNames = ["admin", "api", "worker"] as const satisfies readonly UserName[];

export interface Credential {
  readonly password: string;
  /** Base64 of four bytes. */
  readonly salt: string;
}

/** The definitions file: users with hashed passwords, one virtual host, permissions. No queues: the API declares them. */
export function definitions(credentials: Readonly<Record<UserName, Credential>>): string {
  const vhost = "/";
  const content = {
    vhosts: [{ name: vhost }],
    users: userNames.map((name) => ({
      name,
      password_hash: hashPassword(
        credentials[name].password,
        Buffer.from(credentials[name].salt, "base64"),
      ),
      hashing_algorithm: "rabbit_password_hashing_sha256",
      tags: userTable[name].tags,
    })),
    permissions: userNames.map((user) => ({ user, vhost, ...userTable[user].permissions })),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
