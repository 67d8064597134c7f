import { refused, valid } from "./all.ts";
import { register } from "./register.ts";

/** `PROGRAMS=read-only-root,seccomp pulumi preview` runs these two programs as one stack. */
const { PROGRAMS } = process.env;
if (PROGRAMS === undefined) throw new Error("PROGRAMS is not set: name some, like seccomp");

for (const name of PROGRAMS.split(",")) {
  const resources = name === "valid" ? valid : refused.get(name);
  if (resources === undefined) throw new Error(`There is no program ${name}`);
  register(name, resources);
}
