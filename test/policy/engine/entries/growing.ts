import { wayIn } from "../../access/objects.ts";
import { service } from "../../availability/shop.ts";
import type { TestResource } from "../../kit/evaluate.ts";
import { beside, guarded } from "../../programs/program.ts";
import { register } from "../../programs/register.ts";

/** A program of as many resources as RESOURCES says, which every rule accepts. */
const { RESOURCES } = process.env;
const count = Number(RESOURCES);
if (!Number.isInteger(count) || count < 20) throw new Error("RESOURCES is no number from 20 on");
/** The stack, the parent of all, the cluster's provider and address with the provider of that, and what guards a namespace. */
const others = 5 + guarded.length;

/** A Deployment with all that belongs to one. */
const app = beside(service(), wayIn()).filter((one) => !guarded.includes(one));

function named(name: string): TestResource[] {
  return JSON.parse(JSON.stringify(app).replaceAll('"cart"', `"${name}"`)) as TestResource[];
}

const apps = Array.from({ length: Math.floor((count - others) / app.length) }, (_, i) =>
  named(`app-${i}`),
);
register("growing", [...guarded, ...apps.flat()]);
