import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

const config = new pulumi.Config();

console.log(
  `runs with ${config.get("greeting") ?? "no greeting"} on Node ${process.versions.node}`,
);
if (process.env["MODE"] === "throw") throw new Error("the program is wrong");
if (process.env["MODE"] === "exit") process.exit(7);

const password = new random.RandomPassword("password", { length: 20, minSpecial: 2 });
if (process.env["MODE"] === "bad-input") new random.RandomString("bad", { length: 2, minLower: 3 });
if (process.env["MODE"] === "pet") new random.RandomPet("pet", {});
if (process.env["MODE"] === "hang") {
  console.log("hanging");
  await sleep(600_000);
}

export const length = password.result.apply((text) => text.length);
export const secretInput = config.getSecret("hidden");
