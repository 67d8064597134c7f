import { describe, expect, it } from "vitest";
import { secretEnvironment } from "../../../policy/rules/containers/secret-environment.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { describeContainers } from "../kit/pod-cases.ts";
import { container, deployment, podSpec } from "../kit/workloads.ts";

const env = (name: string, value: unknown) => ({ env: [{ name, value }] });
const url = "postgres://cart:hunter2@db/cart";

describeContainers(secretEnvironment, {
  broken: [
    [
      "has a password",
      env("DB_PASSWORD", "hunter2"),
      "has the secret DB_PASSWORD as a plain variable",
    ],
    [
      "has a URL with one",
      env("DATABASE", url),
      "has a URL with a password in the variable DATABASE",
    ],
    [
      "has one that comes from another resource",
      env("DB_PASSWORD", unknown),
      "has the secret DB_PASSWORD as a plain variable",
    ],
    [
      "passes a password",
      { args: ["--password=hunter2"] },
      "has the secret --password in its args",
    ],
    [
      "passes it in two words",
      { args: ["--user", "cart", "--db-password", "hunter2"] },
      "has the secret --db-password in its args",
    ],
    [
      "passes it in quotes",
      { command: ["sh", "-c", "run --token='hunter2'"] },
      "has the secret --token in its command",
    ],
    [
      "sets it for a command",
      { command: ["sh", "-c", "cd /; PGPASSWORD=hunter2 psql"] },
      "has the secret PGPASSWORD in its command",
    ],
    ["has one of digits", env("DB_PASSWORD", 123456), "has the secret DB_PASSWORD"],
    [
      "takes one from a ConfigMap",
      {
        env: [{ name: "DB_PASS", valueFrom: { configMapKeyRef: { name: "cart", key: "db" } } }],
      },
      "takes the secret DB_PASS from a ConfigMap",
    ],
    [
      "passes it in two words to a shell",
      { command: ["sh", "-c", "set -e; run --user cart --password hunter2"] },
      "has the secret --password in its command",
    ],
    [
      "passes it to curl",
      { command: ["sh", "-c", "curl -s -u cart:hunter2 http://db"] },
      "has credentials for curl in its command",
    ],
    [
      "passes it to curl in words",
      { args: ["curl", "--user", "cart:hunter2", "http://db"] },
      "has credentials for curl in its args",
    ],
    [
      "passes it to mysql",
      { args: ["mysqladmin", "ping", "-phunter2"] },
      "has credentials for mysqladmin in its args",
    ],
    [
      "passes it to redis-cli",
      { livenessProbe: { exec: { command: ["redis-cli", "-a", "hunter2", "ping"] } } },
      "has credentials for redis-cli in its livenessProbe.exec.command",
    ],
    [
      "passes a header",
      { args: ["-H", "Authorization: Bearer 0123456789abcdef"] },
      "has credentials in a header in its args",
    ],
    [
      "asks with a header",
      {
        readinessProbe: {
          httpGet: { port: 80, httpHeaders: [{ name: "Authorization", value: "Basic x" }] },
        },
      },
      "has the secret Authorization in its readinessProbe.httpGet",
    ],
    [
      "stops with a header that comes from another resource",
      {
        lifecycle: {
          preStop: { httpGet: { port: 80, httpHeaders: [{ name: "X-Api-Key", value: unknown }] } },
        },
      },
      "has the secret X-Api-Key in its lifecycle.preStop.httpGet",
    ],
    ["passes a URL", { args: ["migrate", url] }, "has a URL with a password in its args"],
    [
      "asks with one",
      { livenessProbe: { exec: { command: ["curl", url] } } },
      "has a URL with a password in its livenessProbe.exec.command",
    ],
    [
      "stops with one",
      { lifecycle: { preStop: { exec: { command: ["stop", "--token", "hunter2"] } } } },
      "has the secret --token in its lifecycle.preStop.exec.command",
    ],
    ["has arguments that are unknown", { args: unknown }, "args is not known before the update"],
  ],
  right: [
    [
      "takes it from a Secret",
      {
        env: [
          { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "password" } } },
        ],
      },
    ],
    ["puts it together from a variable", env("DATABASE", "postgres://cart:$(DB_PASSWORD)@db/cart")],
    ["names a file", env("DB_PASSWORD_FILE", "/run/secrets/db")],
    ["says how long a token lasts", env("TOKEN_TTL_SECONDS", "300")],
    ["names a Secret", env("SECRET_NAME", "db")],
    ["has no value", env("DB_PASSWORD", "")],
    ["has another value that is unknown", env("ENDPOINT", unknown)],
    [
      "passes a file",
      { args: ["--token-file=/run/token", "--tls-private-key", "/etc/tls/tls.key"] },
    ],
    ["passes a variable", { args: ["--password=$(DB_PASSWORD)", "--token", "${TOKEN}"] }],
    [
      "takes a setting from a ConfigMap",
      { env: [{ name: "LEVEL", valueFrom: { configMapKeyRef: { name: "cart", key: "a" } } }] },
    ],
    [
      "asks with a harmless header",
      { livenessProbe: { httpGet: { port: 80, httpHeaders: [{ name: "Host", value: "a" }] } } },
    ],
    [
      "passes variables to clients",
      {
        command: [
          "sh",
          "-c",
          'curl -u "$USER:$PASS" x; mysql -p$PASS; mysql -p; redis-cli -a "$PASS" -h db; run --password "$PASS"',
        ],
      },
    ],
    ["runs as a user and a group", { args: ["gosu", "-u", "1000:1000"] }],
    ["names two passes", { args: ["ffmpeg", "-pass", "2", "--passes", "two"] }],
    ["ends with a flag", { args: ["--ask-password"] }],
    ["has a flag before another", { args: ["--ask-password", "--verbose"] }],
    ["has a name that only sounds so", env("SECRET_SAUCE", "ketchup"), { notSecret: ["*_SAUCE"] }],
  ],
});

describe("secret-environment", () => {
  it("prints no value", () => {
    const fields = { ...env("DB_PASSWORD", "hunter2"), args: ["--password=hunter2", url] };
    const said = evaluate(
      secretEnvironment,
      deployment(podSpec({ containers: [container(fields)] })),
    );
    expect(said).toHaveLength(2);
    expect(said.join("\n")).not.toContain("hunter2");
  });

  it("tells of every variable", () => {
    const fields = {
      env: [...env("A_TOKEN", "x").env, ...env("LEVEL", "x").env, ...env("B_TOKEN", "x").env],
    };
    expect(
      evaluate(secretEnvironment, deployment(podSpec({ containers: [container(fields)] }))),
    ).toEqual([expect.stringContaining("A_TOKEN"), expect.stringContaining("B_TOKEN")]);
  });
});
