import { isSecretPair } from "./secret-names.ts";

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
