/** Words that by themselves say that a value is secret. */
const secretWords = [
  "PASSWORD",
  "PASSWORDS",
  "PASSWD",
  "PASSPHRASE",
  "SECRET",
  "SECRETS",
  "TOKEN",
  "TOKENS",
  "CREDENTIAL",
  "CREDENTIALS",
  "APIKEY",
  "PASSCODE",
  "REQUIREPASS",
  "MASTERAUTH",
  "SECRETKEY",
  "PRIVATEKEY",
];
/** What says it only behind another word: PUBLIC_KEY and COOKIE_DOMAIN are no secrets. */
const secretPairs = [
  ...["API", "PRIVATE", "ACCESS", "ENCRYPTION", "SIGNING", "MASTER", "ACCOUNT", "AUTH"].map(
    (word) => [word, "KEY"] as const,
  ),
  ...["SESSION", "JWT", "HMAC"].map((word) => [word, "KEY"] as const),
  ["ERLANG", "COOKIE"],
  ["REDISCLI", "AUTH"],
] as const;
/** Whose password is short for it: TWO_PASS and OLDPWD are no passwords. */
const owners = new Set(
  [
    "DB DATABASE SQL PG POSTGRES POSTGRESQL MYSQL MARIADB MSSQL MONGO MONGODB REDIS ELASTIC NEO4J",
    "RABBITMQ AMQP MQTT SMTP MAIL EMAIL IMAP LDAP BIND FTP SFTP SSH SSL TLS KEY KEYSTORE TRUSTSTORE",
    "USER ADMIN ROOT SERVICE CLIENT ACCOUNT LOGIN AUTH BASIC HTTP API DEFAULT GRAFANA",
  ].flatMap((words) => words.split(" ")),
);
/** Last words of names that tell something about a secret and not the secret. */
const aboutSecrets = new Set(
  [
    "NAME NAMES FILE FILES PATH PATHS DIR DIRECTORY MOUNT STORE BACKEND PROVIDER MANAGER REF NAMESPACE",
    "TTL SECONDS MINUTES HOURS DAYS MS MILLIS TIMEOUT EXPIRY EXPIRATION EXPIRES LIFETIME AGE DURATION INTERVAL",
    "LENGTH SIZE COUNT LIMIT MIN MAX BUDGET WINDOW ROTATION VERSION POLICY MODE TYPE FORMAT ALGORITHM ALG",
    "URL URI ENDPOINT HOST PORT ISSUER AUDIENCE HEADER PREFIX SUFFIX CLAIM SCOPE SCOPES REGION ARN USER USERNAME",
    "ENABLED DISABLED REQUIRED OPTIONAL ALLOWED",
  ].flatMap((words) => words.split(" ")),
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

/** Whether a variable, a flag or a key of that name would hold a secret. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  if (aboutSecrets.has(words.at(-1) ?? "")) return false;
  return (
    words.some((word) => secretWords.includes(word) || joined.test(word)) ||
    words.some((word, i) => secretPairs.some(([a, b]) => a === word && b === words[i + 1])) ||
    words.some((word, i) => owners.has(word) && ["PASS", "PWD"].includes(words[i + 1] ?? ""))
  );
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
