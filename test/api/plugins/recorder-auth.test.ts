import { beforeAll, expect, it } from "vitest";
import { newId } from "../../../api/ids.ts";
import { recorderTicket } from "../../../runtime/recorder-ticket.ts";
import { workerTicket } from "../../../runtime/worker-ticket.ts";
import { adminSecret } from "../api-under-test.ts";
import { sharedWorkerApp, workerKey } from "../fake-worker-app.ts";

let built: Awaited<ReturnType<typeof sharedWorkerApp>>;
beforeAll(async () => {
  built = await sharedWorkerApp();
});

const claim = (headers: Record<string, string>) =>
  built.app.inject({
    method: "POST",
    url: "/v1/egress/claim",
    headers,
    payload: { kinds: ["record"], sources: ["rtmp"], waitSeconds: 0 },
  });
const bearer = (value: string) => ({ authorization: `Bearer ${value}` });

it("the ticket of a name opens the routes for recorders", async () => {
  const good = { ...bearer(recorderTicket(adminSecret, "r-0")), "x-recorder": "r-0" };
  expect((await claim(good)).statusCode).toBe(204);
});

it.each([
  ["no header", {}],
  [
    "the ticket of another name",
    { ...bearer(recorderTicket(adminSecret, "r-1")), "x-recorder": "r-0" },
  ],
  ["no name", bearer(recorderTicket(adminSecret, "r-0"))],
  ["the ticket of a worker", { ...bearer(workerTicket(adminSecret, "r-0")), "x-recorder": "r-0" }],
  ["the key of a worker", { ...bearer(workerKey), "x-recorder": "r-0" }],
  ["the admin secret", { ...bearer(adminSecret), "x-recorder": "r-0" }],
])("%s opens none", async (_what, headers) => {
  expect((await claim(headers)).statusCode).toBe(401);
});

it("the ticket of a recorder opens no route for workers", async () => {
  const answer = await built.app.inject({
    method: "POST",
    url: `/v1/jobs/${newId()}/claim`,
    headers: { ...bearer(recorderTicket(adminSecret, "r-0")), "x-recorder": "r-0" },
    payload: {},
  });
  expect(answer.statusCode).toBe(401);
});
