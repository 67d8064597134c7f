/** Names of fields whose values no line shows, without case, `-` and `_`; in objects of any depth. */
const secretNames = new Set([
  "authorization",
  "proxyauthorization",
  "cookie",
  "setcookie",
  "xadminsecret",
  "adminsecret",
  "secret",
  "password",
  "passwd",
  "secretaccesskey",
  "sessiontoken",
  "apikey",
  "key",
  "token",
  "ticket",
  "signature",
]);

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

const knownNames = new Map<string, boolean>();

/** Few names come again and again. */
export function isSecretName(name: string): boolean {
  const earlier = knownNames.get(name);
  if (earlier !== undefined) return earlier;
  const found = secretNames.has(name.toLowerCase().replace(/[-_]/g, ""));
  if (knownNames.size < 1000) knownNames.set(name, found);
  return found;
}

/** Objects in objects are looked at to this depth, which is the depth to which pino writes them. */
const deepest = 6;

/** Whether there is a secret may be known. */
function tellsNothing(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "boolean";
}

/** The value without what is named like a secret. Bytes are shown by their number alone. */
export function withoutNamedSecrets(value: unknown, depth = 1): unknown {
  if (!isFields(value) || value instanceof Date || value instanceof URL) return value;
  if (Buffer.isBuffer(value)) return `[${value.length} bytes]`;
  if (depth > deepest) return "[Object]";
  if (Array.isArray(value)) return value.map((item) => withoutNamedSecrets(item, depth + 1));
  return fieldsWithout(value, depth);
}

function fieldsWithout(fields: Fields, depth: number): unknown {
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(fields)) {
    const found = fields[name];
    const isHidden = isSecretName(name) && !tellsNothing(found);
    const shown = isHidden ? "[redacted]" : withoutNamedSecrets(found, depth + 1);
    if (shown !== found) {
      copy ??= { ...fields };
      copy[name] = shown;
    }
  }
  return copy ?? fields;
}

/** The end of a value inside a JSON text: what is escaped or quoted ends it too. */
const end = String.raw`\s"\\&#<>`;
const queryNames =
  "X-Amz-(?:Signature|Credential|Security-Token)|X-Goog-(?:Signature|Credential)|AWSAccessKeyId|" +
  "Signature|sig|(?:access_|id_|refresh_)?token|api[_-]?key|key|secret|password|ticket|code";
const textNames =
  "x-admin-secret|(?:[a-z\\d]+[_-])*(?:password|passwd|secret|api[_-]?key)|secretAccessKey|authorization";

/** What looks like a secret wherever it stands, and what remains of it. */
const forms: readonly { readonly form: RegExp; readonly to: string }[] = [
  // User and password of a URL.
  { form: /([a-z][a-z\d+.-]*:\/\/)[^\s/@"\\]+@/gi, to: "$1…@" },
  // Presigned addresses, tokens in queries.
  { form: new RegExp(`([?&](?:${queryNames})=)[^${end}]+`, "gi"), to: "$1…" },
  { form: /(\/v1\/(?:playback|recordings)\/)[\w-]{20,}/g, to: "$1…" },
  // Keys, tokens and tickets of our own; secrets of webhooks.
  { form: /\b(fw_(?:live|wkr|join|reg|rec)_)[\w-]{8,}/g, to: "$1…" },
  { form: /\b(whsec_)[A-Za-z\d+/_=-]{8,}/g, to: "$1…" },
  { form: /\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, to: "$1 …" },
  { form: /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, to: "…" },
  { form: /\b((?:set-)?cookie: *)[^"\\]+/gi, to: "$1…" },
  // `password=…` of a connection string, or of an object that became a text: its quotes are escaped in a line.
  {
    form: new RegExp(
      `\\b(${textNames})((?:\\\\+"|')?\\s*[=:]\\s*(?:\\\\+"|')?)(?!//)[^${end},;'}]+`,
      "gi",
    ),
    to: "$1$2…",
  },
];

/** Whether any of the forms can be in a text. One look is 1 µs for a line, where all forms together are 20. */
const suspicious =
  /:\/\/[^\s/@"\\]+@|[?&][\w-]+=|fw_|whsec_|eyJ|\/(?:playback|recordings)\/|cookie:|passw|secret|api[_-]?key|authorization|bearer |basic /i;

/** A text in which nothing has the form of a secret. */
export function redactText(text: string): string {
  if (!suspicious.test(text)) return text;
  return forms.reduce((shown, { form, to }) => shown.replace(form, to), text);
}

function escaped(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Shorter values would be found in words of every line. */
const leastLength = 8;

/** Replaces these values, as a JSON text has them, and whatever has the form of a secret. */
export function lineRedactor(values: readonly string[]): (line: string) => string {
  const known = [...new Set(values)].filter(({ length }) => length >= leastLength);
  if (known.length === 0) return redactText;
  const sorted = known.toSorted((one, other) => other.length - one.length);
  const exact = new RegExp(sorted.map(escaped).join("|"), "g");
  return (line) => redactText(line.replace(exact, "[redacted]"));
}
