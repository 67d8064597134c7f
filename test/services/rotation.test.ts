import { describe, expect, it } from "vitest";
import type { RotationsSection } from "../../config/schema.ts";
import { Api } from "../../services/api/api.ts";
import { Postgres } from "../../services/postgres/postgres.ts";
import { Rabbitmq } from "../../services/rabbitmq/rabbitmq.ts";
import { backends } from "../support/backends.ts";
import { registeredOn, testConfig } from "../support/under-mocks.ts";

/** Name → generation that its value is kept for; `first` for one that was never replaced. */
async function passwords(rotations: Partial<RotationsSection>): Promise<Record<string, string>> {
  const config = testConfig({ rotations });
  const resources = await registeredOn(config, (cluster, on) => {
    const { logLevel, limits, retention, urlInput, webhooks, egress } = config;
    const settings = { logLevel, limits, retention, urlInput, webhooks, egress, ...config.api };
    const own = {
      dependencies: backends(),
      jobAccel: "cpu",
      wakeable: [],
      dubs: false,
      lipSync: false,
      rotations: config.rotations,
    } as const;
    new Api("api", { cluster, ...settings, ...own }, on);
    new Postgres(
      "postgres",
      { cluster, ...config.postgres, rotation: config.rotations.databaseOwner },
      on,
    );
    const broker = { ...config.rabbitmq, workers: [], rotation: config.rotations.broker };
    new Rabbitmq("rabbitmq", { cluster, ...broker }, on);
  });
  return Object.fromEntries(
    resources
      .filter(({ type }) => type === "random:index/randomPassword:RandomPassword")
      .map(({ name, inputs }) => {
        const { keepers } = inputs as { keepers?: { generation: string } };
        return [name, keepers?.generation ?? "first"];
      }),
  );
}

function inSlots(name: string, values: object): Record<string, unknown> {
  const all = Object.entries<unknown>({ ...values });
  return Object.fromEntries(all.map(([slot, generation]) => [`${name}${slot}`, generation]));
}

describe("a rotation", () => {
  it.each([
    { playback: 0, values: { "": "first", "-1": "first" } },
    { playback: 1, values: { "": "first", "-1": "first", "-2": "first" } },
    { playback: 2, values: { "": "3", "-1": "first", "-2": "first" } },
    { playback: 3, values: { "": "3", "-1": "4", "-2": "first" } },
    { playback: 4, values: { "": "3", "-1": "4", "-2": "5" } },
  ])("$playback of the playback secret keeps the one before and knows the next", async (row) => {
    const found = await passwords({ playback: row.playback });
    const own = Object.entries(found).filter(([name]) => name.startsWith("api-playback-secret"));
    expect(Object.fromEntries(own)).toEqual(inSlots("api-playback-secret", row.values));
  });

  it.each([
    { database: 0, values: { "": "first" } },
    { database: 1, values: { "": "first", "-1": "first" } },
    { database: 2, values: { "": "2", "-1": "first" } },
    { database: 3, values: { "": "2", "-1": "3" } },
  ])("$database of the database's password leaves the one that pods have", async (row) => {
    const found = await passwords({ database: row.database });
    const own = Object.entries(found).filter(([name]) => name.startsWith("api-database-password"));
    expect(Object.fromEntries(own)).toEqual(inSlots("api-database-password", row.values));
  });

  it.each([
    { databaseOwner: 0, values: { "": "first" } },
    { databaseOwner: 1, values: { "": "first", "-1": "first" } },
    { databaseOwner: 2, values: { "": "2", "-1": "first" } },
  ])("$databaseOwner of the owner's password keeps the one of the server", async (row) => {
    const found = await passwords({ databaseOwner: row.databaseOwner });
    const own = Object.entries(found).filter(([name]) => name.startsWith("postgres-password"));
    expect(Object.fromEntries(own)).toEqual(inSlots("postgres-password", row.values));
  });

  it("of the broker replaces the passwords of all its users, and not its cookie", async () => {
    const found = await passwords({ broker: 7 });
    expect(found).toMatchObject({
      "rabbitmq-admin-password": "7",
      "rabbitmq-api-password": "7",
      "rabbitmq-cookie": "first",
    });
  });
});
