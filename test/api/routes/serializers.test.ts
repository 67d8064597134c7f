import { expect, it, onTestFinished, vi } from "vitest";
import { clientKey, fakeClientApp, jobRow, succeededRow } from "../fakes.ts";

it("jobs are shown without a warning of their serializers, which would stand in the API's log", async () => {
  const warned = vi.spyOn(console, "warn").mockReturnValue();
  onTestFinished(() => {
    warned.mockRestore();
  });
  const { app, fresh } = await fakeClientApp();
  onTestFinished(() => app.close());
  const { service } = fresh();
  service.jobRows = [jobRow(), succeededRow()];
  const headers = { authorization: `Bearer ${clientKey}` };
  for (const path of ["", ...service.jobRows.map(({ id }) => `/${id}`)]) {
    expect((await app.inject({ url: `/v1/jobs${path}`, headers })).statusCode).toBe(200);
  }
  expect(warned.mock.calls).toEqual([]);
});
