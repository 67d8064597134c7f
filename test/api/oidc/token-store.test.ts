import type { JWTPayload } from "jose";
import { pino } from "pino";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Db } from "../../../api/backends/db.ts";
import { AppError } from "../../../api/errors.ts";
import { createCallers } from "../../../api/keys/callers.ts";
import { FailureLimit } from "../../../api/keys/failure-limit.ts";
import { createTokenStore } from "../../../api/oidc/token-store.ts";
import { IssuerUnderTest, projectId, sharedKey } from "./issuer-under-test.ts";

const address = "192.0.2.1";

/** A store with an issuer and a database that has one project. */
async function under() {
  const issuer = await IssuerUnderTest.start();
  const clock = { ms: 0 };
  const keys = issuer.keys(clock);
  const open = new Set([projectId]);
  const query = vi.fn(({ values = [] }: { values?: readonly unknown[] }) =>
    Promise.resolve({ rowCount: open.has(String(values[0])) ? 1 : 0 }),
  );
  const store = createTokenStore({
    db: { query } as unknown as Db,
    failures: new FailureLimit(pino({ level: "silent" })),
    settings: issuer.settings(),
    keys,
    onLook: () => undefined,
  });
  const ask = (token: string) =>
    store.authenticate(token, address).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      return `${error.status} ${error.code}: ${error.message}`;
    });
  return { issuer, clock, store, query, open, ask };
}

afterEach(() => {
  vi.useRealTimers();
});

describe("a good token", () => {
  it("is its subject's, in the project and with the scopes that its claims give", async () => {
    const { issuer, ask } = await under();
    const exp = Math.floor(Date.now() / 1_000) + 60;
    const caller = {
      keyId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab]/) as string,
      keyName: `alice (${issuer.url})`,
      projectId,
      scopes: ["read"],
      expiresAt: (exp + 30) * 1_000,
    };
    expect(await ask(await issuer.token({ exp }))).toEqual(caller);
  });

  it("has the same id as the subject's other tokens, and another one than other subjects'", async () => {
    const { issuer, store } = await under();
    const idOf = async (change: JWTPayload) =>
      (await store.authenticate(await issuer.token(change), address))?.keyId;
    const alice = await idOf({});
    expect(await idOf({ scope: "", jti: "2" })).toBe(alice);
    expect(await idOf({ sub: "bob" })).not.toBe(alice);
  });

  it("is looked at once in three seconds", async () => {
    const { issuer, query, ask } = await under();
    const token = await issuer.token();
    expect([await ask(token), await ask(token)]).toEqual([
      expect.objectContaining({ projectId }),
      expect.objectContaining({ projectId }),
    ]);
    expect(query).toHaveBeenCalledTimes(1);
  });

  it("is refused from its last moment on, also while it is remembered", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_800_000_000_000 });
    const { issuer, ask } = await under();
    const token = await issuer.token({ exp: 1_800_000_000 - 28 });
    expect(await ask(token)).toMatchObject({ expiresAt: 1_800_000_002_000 });
    vi.setSystemTime(1_800_000_002_000);
    expect(await ask(token)).toBe("401 unauthorized: The token has expired; get a new one");
  });
});

describe("a token whose project", () => {
  const other = "00000000-0000-7000-8000-000000000002";
  it.each([
    ["is not in it", { framewright_project: undefined }, "has no claim framewright_project with"],
    ["has a name alone", { framewright_project: "shop" }, "has no claim framewright_project with"],
    ["does not exist", { framewright_project: other }, `is for the project ${other}, which does`],
  ])("%s is refused with 403", async (_what, change, message) => {
    const { issuer, ask } = await under();
    expect(await ask(await issuer.token(change))).toContain(
      `403 project-refused: The token ${message}`,
    );
  });

  it("is archived is refused with 403 once it is forgotten, and its streams are told to end", async () => {
    const { issuer, open, store, ask } = await under();
    open.delete(projectId);
    expect(await ask(await issuer.token())).toMatch(/^403 project-refused: .* is archived$/);
    const keys = { authenticate: () => Promise.resolve(undefined), isActive: vi.fn() };
    const callers = createCallers(keys, store);
    const caller = { keyId: "k", keyName: "n", projectId, scopes: [], expiresAt: Infinity };
    expect(await callers.isActive(caller)).toBe(false);
    const expired = { ...caller, expiresAt: Date.now() };
    expect(await callers.isActive(expired)).toBe(false);
    expect(keys.isActive).not.toHaveBeenCalled();
  });
});

describe("an address that sends bad tokens", () => {
  it("is refused after a hundred, and a good token from there after that as well", async () => {
    const { issuer, ask } = await under();
    const good = await issuer.token();
    const bad = Array.from({ length: 101 }, (_, i) => issuer.token({ aud: "shop", jti: `${i}` }));
    const answers = await Promise.all((await Promise.all(bad)).map(ask));
    const refused = answers.filter(
      (answer) => typeof answer === "string" && answer.startsWith("401 unauthorized"),
    );
    expect(refused).toHaveLength(100);
    expect(await ask(good)).toEqual(expect.stringMatching(/^429 rate-limited: Too many requests/));
  });

  it("is not one whose tokens cannot be checked, or have no project", async () => {
    const { issuer, clock, ask } = await under();
    issuer.goAway();
    for (let i = 0; i < 101; i++) {
      const token = await issuer.token({ jti: `${i}` });
      expect(await ask(token)).toEqual(expect.stringMatching(/^503 unavailable/));
    }
    issuer.comeBack();
    clock.ms += 5_001;
    for (let i = 0; i < 101; i++) {
      const token = await issuer.token({ jti: `${i}`, framewright_project: undefined });
      expect(await ask(token)).toEqual(expect.stringMatching(/^403 project-refused/));
    }
    expect(await ask(await issuer.token())).toMatchObject({ projectId });
  });
});

it("what is no token costs nothing and counts for nothing", async () => {
  const { issuer, query, ask } = await under();
  const encrypted = "a.b.c.d.e";
  for (const text of ["", "fw_live_x", encrypted, "a.b"]) expect(await ask(text)).toBeUndefined();
  expect([query.mock.calls.length, issuer.asked]).toEqual([0, []]);
});

it("a refused token is refused with the same reason while it is remembered", async () => {
  const { issuer, ask } = await under();
  const token = await issuer.token({}, await sharedKey("of another issuer"));
  const [first, second] = [await ask(token), await ask(token)];
  expect(first).toBe(
    `401 unauthorized: The token is signed with a key that ${issuer.url} does not publish`,
  );
  expect(second).toBe(first);
});
