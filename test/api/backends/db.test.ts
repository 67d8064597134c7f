import { EventEmitter } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { inTransaction, isDatabaseAway } from "../../../api/backends/db.ts";

const coded = (code: string) => Object.assign(new Error("refused"), { code });

it.each([
  ["a lost connection", coded("08006"), true],
  ["too many connections", coded("53300"), true],
  ["a shutdown", coded("57P01"), true],
  ["a statement that took too long", coded("57014"), true],
  ["a transaction that idled too long", coded("25P03"), true],
  ["a port where nobody listens", coded("ECONNREFUSED"), true],
  ["a pool that is full", new Error("timeout exceeded when trying to connect"), true],
  ["a server that fell silent", new Error("Query read timeout"), true],
  ["a violated constraint", coded("23505"), false],
  ["a wrong statement", coded("42601"), false],
  ["another connection's transaction", coded("25P02"), false],
  ["an error of ours", new Error("no outbox row was written"), false],
  ["what is no error", "ECONNREFUSED", false],
])("%s is a database that is away: %s", (_what, error, away) => {
  expect(isDatabaseAway(error)).toBe(away);
});

class FakeClient extends EventEmitter {
  readonly statements: string[] = [];
  readonly query = vi.fn((text: string) => {
    this.statements.push(text);
    return Promise.resolve({ rows: [], rowCount: 0 });
  });
  readonly release = vi.fn<(error?: Error) => void>();
}

describe("a transaction", () => {
  const poolOf = (client: FakeClient) => ({ connect: () => Promise.resolve(client) });

  it("is committed with the result of the work, and its connection goes back", async () => {
    const client = new FakeClient();
    const result = await inTransaction(poolOf(client), async (within) => {
      await within.query("UPDATE jobs");
      return 7;
    });
    expect(result).toBe(7);
    expect(client.statements).toEqual(["BEGIN", "UPDATE jobs", "COMMIT"]);
    expect(client.release.mock.calls).toEqual([[undefined]]);
    expect(client.listenerCount("error")).toBe(0);
  });

  it("is undone by an error, and its connection serves others", async () => {
    const client = new FakeClient();
    const work = () => Promise.reject(new Error("refused"));
    await expect(inTransaction(poolOf(client), work)).rejects.toThrow("refused");
    expect(client.statements).toEqual(["BEGIN", "ROLLBACK"]);
    expect(client.release.mock.calls).toEqual([[undefined]]);
  });

  it("closes a connection that cannot undo it, and throws the first error", async () => {
    const client = new FakeClient();
    const gone = new Error("gone");
    const work = () => {
      client.query.mockRejectedValueOnce(gone);
      return Promise.reject(new Error("refused"));
    };
    await expect(inTransaction(poolOf(client), work)).rejects.toThrow("refused");
    expect(client.release.mock.calls).toEqual([[gone]]);
  });

  it("closes a connection that was lost during the work", async () => {
    const client = new FakeClient();
    const lost = new Error("terminated");
    await inTransaction(poolOf(client), () => Promise.resolve(client.emit("error", lost)));
    expect(client.release.mock.calls).toEqual([[lost]]);
  });
});
