import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SessionTokens } from "../../../worker/src/ops/session-tokens.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const log = {
  warn: (facts: object) => {
    throw new Error(JSON.stringify(facts));
  },
};

/** Two processes of one host: they share nothing but the folder. */
function twoHolders(limit: number) {
  const folder = join(temporaryFolder("framewright-sessions-"), "GPU-1");
  const holder = () => new SessionTokens({ folder, limit, log });
  return { one: holder(), other: holder(), folder };
}

describe("the sessions of a GPU", () => {
  it("are counted over all holders, and come back", async () => {
    const { one, other } = twoHolders(5);
    const first = await one.take(3);
    expect(first).toBeDefined();
    expect(await other.take(3)).toBeUndefined();
    const second = await other.take(2);
    expect(second).toBeDefined();
    expect(await one.take(1)).toBeUndefined();
    await first?.();
    const third = await one.take(3);
    expect(third).toBeDefined();
    await second?.();
    await third?.();
  });

  it("are taken all together or not at all", async () => {
    const { one, other, folder } = twoHolders(3);
    const held = await one.take(2);
    expect(await other.take(2)).toBeUndefined();
    expect(readdirSync(folder)).toHaveLength(2);
    await held?.();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("are never given to more than there are, however many ask at once", async () => {
    const { one, other } = twoHolders(5);
    const asked = Array.from({ length: 24 }, (_, index) => (index % 2 ? one : other).take(1));
    const given = (await Promise.all(asked)).filter((giveBack) => giveBack !== undefined);
    expect(given).toHaveLength(5);
    for (const giveBack of given) await giveBack();
    const all = await one.take(5);
    expect(all).toBeDefined();
    await all?.();
  });

  it("of a holder that died are free after half a minute, and its late return takes none away", async () => {
    const { one, other, folder } = twoHolders(3);
    const dead = await one.take(3);
    const seconds = (ago: number) => Date.now() / 1000 - ago;
    const age = (ago: number) => {
      for (const name of readdirSync(folder)) {
        utimesSync(join(folder, name), seconds(ago), seconds(ago));
      }
    };
    age(29);
    expect(await other.take(1)).toBeUndefined();
    age(31);
    const alive = await other.take(3);
    expect(alive).toBeDefined();
    await dead?.();
    expect(readdirSync(folder)).toHaveLength(3);
    await alive?.();
  });
});
