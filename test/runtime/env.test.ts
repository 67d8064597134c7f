import { Type } from "typebox";
import { describe, expect, it } from "vitest";
import { decodeEnv, EnvError, hidden, refuse, withDefault } from "../../runtime/env.ts";

const Env = Type.Object({
  PORT: Type.Integer({ minimum: 1, maximum: 65_535, description: "Where it listens" }),
  DATABASE_URL: hidden(Type.String({ pattern: "^postgres://" })),
  LEASE_SECONDS: withDefault(Type.Integer({ minimum: 1 }), 30),
  ACCEL: withDefault(Type.Enum(["cpu", "nvenc"]), "cpu"),
  CA_FILE: Type.Optional(Type.String({ pattern: "^/" })),
});
const good = { PORT: "8000", DATABASE_URL: "postgres://u:hunter2@db/app" };

function problems(raw: Record<string, string>): string {
  try {
    decodeEnv(Env, raw);
  } catch (error) {
    if (error instanceof EnvError) return error.message;
    throw error;
  }
  return "no problem";
}

describe("decoding an environment", () => {
  it("gives every variable its type and its default, and leaves others out", () => {
    expect(decodeEnv(Env, { ...good, PATH: "/bin" })).toEqual({
      port: 8000,
      databaseUrl: good.DATABASE_URL,
      leaseSeconds: 30,
      accel: "cpu",
      caFile: undefined,
    });
  });

  it("takes the value instead of the default", () => {
    expect(decodeEnv(Env, { ...good, LEASE_SECONDS: "12" }).leaseSeconds).toBe(12);
  });

  it("treats an empty variable as a missing one", () => {
    expect(decodeEnv(Env, { ...good, LEASE_SECONDS: "", CA_FILE: "" })).toMatchObject({
      leaseSeconds: 30,
      caFile: undefined,
    });
    expect(problems({ ...good, PORT: "" })).toContain("PORT is missing (Where it listens)");
  });

  it.each([
    ["PORT", "many", 'PORT must be integer (Where it listens); it is "many"'],
    ["PORT", "1.5", 'PORT must be integer (Where it listens); it is "1.5"'],
    ["PORT", "0", 'PORT must be >= 1 (Where it listens); it is "0"'],
    ["ACCEL", "gpu", 'ACCEL must be one of cpu, nvenc; it is "gpu"'],
    ["CA_FILE", "ca.pem", 'CA_FILE must match pattern "^/"; it is "ca.pem"'],
  ])("refuses %s=%s", (name, value, message) => {
    expect(problems({ ...good, [name]: value })).toBe(
      `1 problem in the environment:\n  ${message}`,
    );
  });

  it("reports all problems at once, and shows no hidden value", () => {
    const text = problems({ DATABASE_URL: "mysql://u:hunter2@db", LEASE_SECONDS: "-1" });
    expect(text.split("\n")[0]).toBe("3 problems in the environment:");
    expect(text).toContain("DATABASE_URL must match");
    expect(text).toContain("its value is hidden");
    expect(text).not.toContain("hunter2");
  });
});

it("refuses nothing when there is no problem", () => {
  expect(() => {
    refuse([]);
  }).not.toThrow();
});
