import { expect, it } from "vitest";
import { secretEnvironment } from "../../../policy/rules/containers/secret-environment.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { containerWith } from "../kit/workloads.ts";

const variable = (name: string, value: unknown) => containerWith({ env: [{ name, value }] });
const taking = (name: string, valueFrom: object) => containerWith({ env: [{ name, valueFrom }] });
const args = (...words: string[]) => containerWith({ args: words });
const shell = (script: string) => containerWith({ command: ["sh", "-c", script] });
const asking = (...command: string[]) => containerWith({ livenessProbe: { exec: { command } } });
const stopping = (...command: string[]) =>
  containerWith({ lifecycle: { preStop: { exec: { command } } } });
const header = (name: string, value: unknown) =>
  containerWith({ readinessProbe: { httpGet: { port: 80, httpHeaders: [{ name, value }] } } });
const url = "postgres://cart:hunter2@db/cart";
const key = { name: "cart", key: "db" };
const plain = "has the secret DB_PASSWORD as a plain variable";
const quoted = 'curl -u "$USER:$PASS" x; mysql -p$PASS; mysql -p; redis-cli -a "$PASS" -h db; run';

describeRule(secretEnvironment, {
  passes: [
    ["one from a Secret", taking("DB_PASSWORD", { secretKeyRef: key })],
    ["one from a variable", variable("DATABASE", "postgres://cart:$(DB_PASSWORD)@db/cart")],
    ["a file", variable("DB_PASSWORD_FILE", "/run/secrets/db")],
    ["how long a token lasts", variable("TOKEN_TTL_SECONDS", "300")],
    ["the name of a Secret", variable("SECRET_NAME", "db")],
    ["no value", variable("DB_PASSWORD", "")],
    ["another unknown value", variable("ENDPOINT", unknown)],
    ["a setting from a ConfigMap", taking("LEVEL", { configMapKeyRef: key })],
    ["files that are passed", args("--token-file=/run/token", "--tls-private-key", "/etc/tls.key")],
    ["variables that are passed", args("--password=$(DB_PASSWORD)", "--token", "${TOKEN}")],
    ["variables of a shell", shell(`${quoted} --password "$PASS"`)],
    ["a user and a group", args("gosu", "-u", "1000:1000")],
    ["passes of an encoder", args("ffmpeg", "-pass", "2", "--passes", "two")],
    ["a flag at the end", args("--ask-password")],
    ["a flag before another", args("--ask-password", "--verbose")],
    ["a harmless header", header("Host", "a")],
  ],
  fails: [
    ["a password", variable("DB_PASSWORD", "hunter2"), plain],
    ["one of digits", variable("DB_PASSWORD", 123456), plain],
    ["one of another resource", variable("DB_PASSWORD", unknown), plain],
    ["a URL with one", variable("DATABASE", url), "a URL with a password in the variable DATABASE"],
    [
      "two, by name",
      containerWith({ env: ["A_TOKEN", "LEVEL", "B_TOKEN"].map((name) => ({ name, value: "x" })) }),
      ["the secret A_TOKEN", "the secret B_TOKEN"],
    ],
    ["one from a ConfigMap", taking("DB_PASS", { configMapKeyRef: key }), "takes the secret"],
    ["one that is passed", args("--password=hunter2"), "has the secret --password in its args"],
    ["two words", args("--user", "a", "--db-password", "hunter2"), "the secret --db-password in"],
    ["quotes", shell("run --token='hunter2'"), "has the secret --token in its command"],
    ["one for a command", shell("cd /; PGPASSWORD=hunter2 psql"), "PGPASSWORD in its command"],
    ["two words of a shell", shell("set -e; run --user a --password x"), "--password in its"],
    ["one for curl", shell("curl -s -u cart:hunter2 http://db"), "credentials for curl in its"],
    ["words for curl", args("curl", "--user", "cart:hunter2", "http://db"), "credentials for curl"],
    ["one for mysql", args("mysqladmin", "ping", "-phunter2"), "has credentials for mysqladmin"],
    ["one for Redis", asking("redis-cli", "-a", "x", "ping"), "redis-cli in its"],
    ["a header", args("-H", "Authorization: Bearer 0123456789abcdef"), "credentials in a header"],
    ["a URL that is passed", args("migrate", url), "has a URL with a password in its args"],
    ["a URL of a probe", asking("curl", url), "in its livenessProbe.exec.command"],
    ["one of a hook", stopping("stop", "--token", "x"), "--token in its lifecycle.preStop.exec"],
    ["a header of a probe", header("Authorization", "Basic x"), "Authorization in its"],
    ["an unknown header", header("X-Api-Key", unknown), "X-Api-Key in its readinessProbe.httpGet"],
  ],
});

it("secret-environment shows no value", () => {
  const env = [{ name: "DB_PASSWORD", value: "hunter2" }];
  const messages = evaluate(
    secretEnvironment,
    containerWith({ env, args: ["--password=hunter2", url] }),
  );
  expect(messages).toHaveLength(2);
  expect(messages.join("\n")).not.toContain("hunter2");
});
