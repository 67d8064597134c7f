function words(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(" "));
}

/** Words that by themselves say that a value is secret. */
const secretWords = words(
  "PASSWORD PASSWORDS PASSWD PASSPHRASE PASSCODE SECRET SECRETS TOKEN TOKENS CREDENTIAL CREDENTIALS",
  "APIKEY SECRETKEY PRIVATEKEY REQUIREPASS MASTERAUTH",
);
/** Words that say so beside another one: PUBLIC_KEY and COOKIE_DOMAIN are no secrets. */
const secretPairs = words(
  "API_KEY PRIVATE_KEY ACCESS_KEY ENCRYPTION_KEY SIGNING_KEY MASTER_KEY ACCOUNT_KEY AUTH_KEY",
  "SESSION_KEY JWT_KEY HMAC_KEY ERLANG_COOKIE REDISCLI_AUTH",
);
/** Whose password is short for it: TWO_PASS and OLDPWD are no passwords. */
const owners = words(
  "DB DATABASE SQL PG POSTGRES POSTGRESQL MYSQL MARIADB MSSQL MONGO MONGODB REDIS ELASTIC NEO4J",
  "RABBITMQ AMQP MQTT SMTP MAIL EMAIL IMAP LDAP BIND FTP SFTP SSH SSL TLS KEY KEYSTORE TRUSTSTORE",
  "USER ADMIN ROOT SERVICE CLIENT ACCOUNT LOGIN AUTH BASIC HTTP API DEFAULT GRAFANA",
);
/** Last words of names that describe a secret and are not the secret. */
const aboutSecrets = words(
  "NAME NAMES FILE FILES PATH PATHS DIR DIRECTORY MOUNT STORE BACKEND PROVIDER MANAGER REF NAMESPACE",
  "TTL SECONDS MINUTES HOURS DAYS MS MILLIS TIMEOUT EXPIRY EXPIRATION EXPIRES LIFETIME AGE DURATION INTERVAL",
  "LENGTH SIZE COUNT LIMIT MIN MAX BUDGET WINDOW ROTATION VERSION POLICY MODE TYPE FORMAT ALGORITHM ALG",
  "URL URI ENDPOINT HOST PORT ISSUER AUDIENCE HEADER PREFIX SUFFIX CLAIM SCOPE SCOPES REGION ARN USER USERNAME",
  "ENABLED DISABLED REQUIRED OPTIONAL ALLOWED",
);

/** PGPASSWORD and clientsecret, where nothing parts the words. */
const joined = /(?:PASSWORD|PASSWD|PASSPHRASE|APIKEY|SECRET|TOKEN)$/;

/** `dbPassword`, `db-password` and `DB_PASSWORD` are the same words. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .toUpperCase()
    .split(/[^A-Z\d]+/)
    .filter((word) => word !== "");
}

export function isSecretName(name: string): boolean {
  const parts = wordsOf(name);
  if (aboutSecrets.includes(parts.at(-1) ?? "")) return false;
  return parts.some((word, i) => {
    const next = parts[i + 1] ?? "";
    if (secretWords.includes(word) || joined.test(word)) return true;
    return (
      secretPairs.includes(`${word}_${next}`) ||
      (owners.includes(word) && ["PASS", "PWD"].includes(next))
    );
  });
}

/** Amounts of tokens are counted in numbers; a password of digits is still one. */
function countsTokens(name: string): boolean {
  return wordsOf(name).some((word) => word === "TOKEN" || word === "TOKENS");
}

const harmless = [
  /^$/,
  /^(true|false|yes|no|on|off|null|none)$/i,
  // Kubernetes and shells put something else there; templates and people a value of their own.
  /^\$[({A-Za-z_]|^`/,
  /^\{\{|^<[^>]*>$/,
  // A file that has the secret.
  /^\.{0,2}(\/[\w.-]+){2,}\/?$/,
];

/** Whether a name and its value look like a secret that stands there for everybody to read. */
export function isSecretPair(name: string, value: string): boolean {
  const text = value.trim();
  if (!isSecretName(name) || harmless.some((pattern) => pattern.test(text))) return false;
  return !(countsTokens(name) && /^\d+$/.test(text));
}

/** Texts that are secrets whatever they are called, as those who issue them shape them. */
const shapes: readonly (readonly [string, RegExp])[] = [
  ["a private key", /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/],
  ["an access key of AWS", /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/],
  ["a signed token", /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/],
  [
    "a URL with a password",
    // Not where the password is a variable or a placeholder.
    /\b[a-z][a-z\d+.-]{0,20}:\/\/[^\s/?#:@"']*:(?!\$|<|\*+@|%s@|\{\{)[^\s/?#@"']+@/i,
  ],
  [
    "a connection string with a password",
    /(?:^|[\s;?&])(?:password|passwd|pwd)=(?!["']?(?:[$<{%*/`]|(?:true|false|yes|no|none|required|optional)\b))[^\s;&"']/i,
  ],
  [
    "a URL with a token",
    /[?&](?:token|access_token|auth_token|api_?key|secret|sig|signature)=[\w.~+/%-]{16,}/i,
  ],
  [
    "credentials in a header",
    /\bauthorization["']?\s*[:=]\s*["']?(?:basic|bearer|token)\s+[\w.~+/=-]{8,}/i,
  ],
  ["a token of GitHub", /\b(?:gh[pousr]_[A-Za-z\d]{36,}|github_pat_\w{22,})/],
  ["a token of GitLab", /\bglpat-[\w-]{20,}/],
  [
    "a token of Slack",
    /\bxox[abeoprs]-[\w-]{10,}|hooks\.slack\.com\/services\/T\w+\/B\w+\/\w{16,}/,
  ],
  ["a key of Google", /\bAIza[\w-]{35}|\bGOCSPX-[\w-]{28}/],
  ["a key of Stripe", /\b[rs]k_live_[A-Za-z\d]{16,}/],
  ["a token of npm", /\bnpm_[A-Za-z\d]{36}/],
  ["a key of a model provider", /\bsk-(?:[a-z]+-)*[A-Za-z\d_]{20,}|\bhf_[A-Za-z\d]{30,}/],
  ["a key of Azure", /\b(?:AccountKey|SharedAccessKey)=[A-Za-z\d+/]{40,}=*/],
  ["credentials of a registry", /"auth"\s*:\s*"[A-Za-z\d+/]{16,}=*"/],
];

/** What kind of secret is in a text, never which; undefined if none is. */
export function secretIn(text: string): string | undefined {
  return shapes.find(([, shape]) => shape.test(text))?.[0];
}

/** Clients that take a password in a way of their own; not where it is a variable. */
const clients: readonly RegExp[] = [
  // A user and a group are numbers.
  /\b(?<client>curl|wget)\b.*\s(?:-u|--user|--proxy-user)[\s=]+["']?(?!\d+:\d+)[^\s:"'$]+:(?!["']?[$`])[^\s"']/,
  /\b(?<client>mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|mariadb-admin)\b[^;&|]*\s-p["']?[^\s"'$`;&|]/,
  /\b(?<client>redis-cli|sshpass)\b[^;&|]*\s(?:-a|--pass|-p)\s*["']?[^\s"'$`-]/,
];

/** `--password=x`, `PGPASSWORD=x psql`, and `--password x` in two words, which a shell takes as one text. */
function secretFlag(words: readonly string[]): string | undefined {
  const assigned = words.flatMap((word) => [
    ...word.matchAll(
      /(?:^|[\s;&"'(])(?<name>-{0,2}[A-Za-z][\w.-]*)=(?<value>"[^"]*"|'[^']*'|[^\s;&|"']*)/g,
    ),
  ]);
  const pairs = assigned.map(({ groups }) => [groups?.["name"] ?? "", groups?.["value"] ?? ""]);
  const parts = words.flatMap((word) => word.split(/\s+/));
  const neighbours = parts.map((part, i) => [
    /^--?[A-Za-z][\w.-]*$/.test(part) ? part : "",
    parts[i + 1] ?? "-",
  ]);
  const all = [...pairs, ...neighbours.filter(([, value = ""]) => !value.startsWith("-"))];
  return all.find(([name = "", value = ""]) =>
    isSecretPair(name, value.replace(/^["']|["']$/g, "")),
  )?.[0];
}

/** What is secret in a command, never the secret itself; undefined if nothing is. */
export function secretInCommand(words: readonly string[]): string | undefined {
  const flag = secretFlag(words);
  if (flag !== undefined) return `the secret ${flag}`;
  const line = words.join(" ");
  const client = clients.map((one) => one.exec(line)?.groups?.["client"]).find(Boolean);
  return client === undefined ? undefined : `credentials for ${client}`;
}
