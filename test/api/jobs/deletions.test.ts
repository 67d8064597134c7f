import { expect, it } from "vitest";
import { deleteDueObjects } from "../../../api/jobs/deletions.ts";
import { fakeEngine, figures, type Script } from "../fake-engine.ts";

const due = (id: string, closed: boolean) => ({ id, prefix: `jobs/${id}/`, closed });

function engineWith(script: Script) {
  const engine = fakeEngine(script);
  for (const key of ["jobs/1/a1/one", "jobs/1/a2/x/two", "jobs/10/a1/one", "jobs/2/a1/one"]) {
    engine.files.set(key, "file");
  }
  const signal = AbortSignal.timeout(5_000);
  return { ...engine, round: () => deleteDueObjects(engine.context, signal) };
}

it("deletes every object under a prefix and no other, and then forgets the prefix", async () => {
  const { files, round, trail, metrics } = engineWith({ "due-deletions": [due("1", true)] });
  expect(await round()).toBe(false);
  expect([...files.keys()]).toEqual(["jobs/10/a1/one", "jobs/2/a1/one"]);
  expect(trail).toEqual(["due-deletions", "objects-deleted"]);
  expect(await figures(metrics.objectsDeleted)).toEqual({ "": 2 });
});

it("aborts what came in parts of an upload, and nothing of another", async () => {
  const { context, parts } = fakeEngine({
    "due-deletions": [{ id: "1", prefix: "uploads/p/u", closed: true }],
  });
  await context.store.multipart.begin("uploads/p/u", "video/mp4");
  await context.store.multipart.begin("uploads/p/v", "video/mp4");
  await deleteDueObjects(context, AbortSignal.timeout(5_000));
  expect([...parts.keys()]).toEqual(["parts of uploads/p/v"]);
});

it("looks again later where somebody may still write", async () => {
  const { files, round, trail, db } = engineWith({ "due-deletions": [due("1", false)] });
  await round();
  expect(files.size).toBe(2);
  expect(trail).toEqual(["due-deletions", "look-again"]);
  expect(db.values("look-again")).toEqual(["1"]);
});

it("keeps a prefix whose objects could not be deleted, and goes on with the others", async () => {
  const { context, files, trail, db } = engineWith({
    "due-deletions": [due("1", true), due("2", true)],
  });
  const remove = (key: string) =>
    key.startsWith("jobs/1/")
      ? Promise.reject(new Error("the store refuses"))
      : context.store.remove(key);
  const store = { ...context.store, remove };
  await deleteDueObjects({ ...context, store }, AbortSignal.timeout(5_000));
  expect(trail).toEqual(["due-deletions", "postpone-deletion", "objects-deleted"]);
  expect(db.values("postpone-deletion")[0]).toBe("1");
  expect(db.values("objects-deleted")).toEqual(["2"]);
  expect([...files.keys()]).toEqual(["jobs/1/a1/one", "jobs/1/a2/x/two", "jobs/10/a1/one"]);
});

it("stops between objects when it has to, and postpones nothing", async () => {
  const { context, trail } = engineWith({ "due-deletions": [due("1", true)] });
  const stop = deleteDueObjects(context, AbortSignal.abort(new Error("the term is over")));
  await expect(stop).rejects.toThrow("the term is over");
  expect(trail).toEqual(["due-deletions"]);
});

it("goes on at once while rounds are full", async () => {
  const many = Array.from({ length: 20 }, (_, id) => due(String(id), true));
  expect(await engineWith({ "due-deletions": many }).round()).toBe(true);
});
