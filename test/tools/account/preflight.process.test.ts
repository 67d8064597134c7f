import { expect, it } from "vitest";
import { AwsAccount } from "../../standins/accounts/aws-account.ts";
import { GoogleProject } from "../../standins/accounts/google-project.ts";
import { runPreflight } from "./run-preflight.ts";

it("npm run preflight asks AWS with the credentials of the environment", async () => {
  const account = await AwsAccount.start({ region: "us-east-1", limits: { "L-417A185B": 0 } });
  const run = await runPreflight("prod", account.env);
  account.stop();
  expect(run.said).toContain("What prod needs of account 123456789012 in us-east-1");
  expect(run.said).toContain("the account lacks what prod needs to start");
  expect(run.code).toBe(1);
});

it("npm run preflight asks Google Cloud with the token of the environment", async () => {
  const place = { project: "my-framewright-dev", region: "us-central1" };
  const project = await GoogleProject.start(place);
  const run = await runPreflight("dev", project.env);
  project.stop();
  expect(run.said).toContain("What dev needs of project my-framewright-dev in us-central1");
  expect(run.code).toBe(0);
});
