import { describe, expect, it } from "vitest";
import { secretEnvironment } from "../../../policy/rules/containers/secret-environment.ts";
import { judge, unknown } from "../kit/judge.ts";
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
    ["ends with a flag", { args: ["--ask-password"] }],
    ["has a flag before another", { args: ["--ask-password", "--verbose"] }],
    ["has a name that only sounds so", env("SECRET_SAUCE", "ketchup"), { notSecret: ["*_SAUCE"] }],
  ],
});

describe("secret-environment", () => {
  it("prints no value", () => {
    const fields = { ...env("DB_PASSWORD", "hunter2"), args: ["--password=hunter2", url] };
    const said = judge(secretEnvironment, deployment(podSpec({ containers: [container(fields)] })));
    expect(said).toHaveLength(2);
    expect(said.join("\n")).not.toContain("hunter2");
  });

  it("tells of every variable", () => {
    const fields = {
      env: [...env("A_TOKEN", "x").env, ...env("LEVEL", "x").env, ...env("B_TOKEN", "x").env],
    };
    expect(
      judge(secretEnvironment, deployment(podSpec({ containers: [container(fields)] }))),
    ).toEqual([expect.stringContaining("A_TOKEN"), expect.stringContaining("B_TOKEN")]);
  });
});
