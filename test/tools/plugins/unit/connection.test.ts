import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CredentialSource } from "../../../../tools/plugins/kubernetes/client/credentials.ts";
import { pauseMs, warningsOf } from "../../../../tools/plugins/kubernetes/client/http.ts";
import { ApiError, isImmutable } from "../../../../tools/plugins/kubernetes/client/api-error.ts";
import { loadConnection } from "../../../../tools/plugins/kubernetes/client/kubeconfig.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "kubeconfig-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function kubeconfig(user: object, context: object = {}): string {
  return JSON.stringify({
    clusters: [
      {
        name: "c",
        cluster: {
          server: "https://c:6443",
          "certificate-authority-data": Buffer.from("CA").toString("base64"),
        },
      },
    ],
    users: [{ name: "u", user }],
    contexts: [
      { name: "one", context: { cluster: "c", user: "u", ...context } },
      { name: "two", context: { cluster: "c", user: "u", namespace: "second" } },
    ],
    "current-context": "one",
  });
}

function load(text: string, selection: { context?: string; cluster?: string } = {}, env = {}) {
  const { context, cluster } = selection;
  return loadConnection({ kubeconfig: text, context, cluster }, env);
}

describe("a kubeconfig", () => {
  it("is taken from its text, its path or the environment", () => {
    const text = kubeconfig({ token: "t" });
    const file = path.join(folder, "config");
    writeFileSync(file, text);
    const expected = load(text);
    expect(expected).toMatchObject({
      server: "https://c:6443",
      ca: "CA",
      token: "t",
      namespace: "default",
    });
    expect(load(file)).toEqual(expected);
    expect(load("", {}, { KUBECONFIG: `${folder}/missing:${file}` })).toEqual(expected);
  });

  it("gives the namespace of the chosen context", () => {
    expect(load(kubeconfig({}), { context: "two" }).namespace).toBe("second");
  });

  it("reads files relative to itself", () => {
    writeFileSync(path.join(folder, "client.crt"), "CERT");
    const file = path.join(folder, "relative");
    writeFileSync(file, kubeconfig({ "client-certificate": "client.crt" }));
    expect(load(file).certificate).toBe("CERT");
  });

  it.each([
    [
      "a missing context",
      () => load(kubeconfig({}), { context: "three" }),
      /no context "three"; it has: one, two/,
    ],
    [
      "a missing cluster",
      () => load(kubeconfig({}), { cluster: "d" }),
      /no cluster "d"; it has: c/,
    ],
    ["a missing file", () => load("/no/such/file"), /\/no\/such\/file, which does not exist/],
    ["a removed way to log in", () => load(kubeconfig({ "auth-provider": {} })), /exec plugin/],
    ["none at all", () => load("", {}, { KUBECONFIG: "/no/such" }), /no kubeconfig/],
  ])("is refused with the reason: %s", (_, action, expected) => {
    expect(action).toThrow(expected);
  });
});

describe("credentials", () => {
  it.each([
    [{ token: "t" }, "Bearer t"],
    [{ username: "a", password: "b" }, "Basic YTpi"],
    [{}, undefined],
  ])("of %j", async (user, expected) => {
    const source = new CredentialSource(load(kubeconfig(user)));
    expect((await source.current()).authorization).toBe(expected);
  });

  it("come from a command, once until they expire", async () => {
    const script = `echo called >> ${folder}/calls; printf '{"status":{"token":"x","expirationTimestamp":"%s"}}' "$WHEN"`;
    const exec = (when: string) => ({
      exec: { command: "sh", args: ["-c", script], env: [{ name: "WHEN", value: when }] },
    });
    const lasting = new CredentialSource(load(kubeconfig(exec("2999-01-01T00:00:00Z"))));
    expect((await lasting.current()).authorization).toBe("Bearer x");
    expect(await lasting.current()).toBe(await lasting.current());
    const expired = new CredentialSource(load(kubeconfig(exec("2000-01-01T00:00:00Z"))));
    expect(await expired.current()).not.toBe(await expired.current());
  });

  it("tell which command failed and how to get it", async () => {
    const user = { exec: { command: "no-such-command", installHint: "install it" } };
    await expect(new CredentialSource(load(kubeconfig(user))).current()).rejects.toThrow(
      /no-such-command[^]*install it/,
    );
  });
});

it("warnings of the API are taken out of their headers", () => {
  const headersDistinct = { warning: ['299 - "unknown field \\"spec.a\\"", 299 - "deprecated"'] };
  expect(warningsOf({ headersDistinct })).toEqual(['unknown field "spec.a"', "deprecated"]);
});

describe("refusals of the API", () => {
  it("are retried later and later, or when the server asks", () => {
    const busy = new ApiError(429, { details: { retryAfterSeconds: 2 } }, "");
    expect(pauseMs(0, busy)).toBe(2000);
    expect([0, 1, 2, 9].map((attempt) => pauseMs(attempt, undefined))).toEqual([
      200, 400, 800, 4000,
    ]);
  });

  it.each([
    [422, "spec.selector: Invalid value: field is immutable", true],
    [422, "spec.replicas: Invalid value: -1: must be greater than or equal to 0", false],
    [403, "field is immutable", false],
  ])("mean that a field cannot change: %d %s", (status, message, expected) => {
    expect(isImmutable(new ApiError(status, { message }, ""))).toBe(expected);
  });
});
