import { join } from "node:path";
import { own, root } from "../paths.ts";
import { checkCode } from "./check-code.ts";

const { ok, report } = await checkCode(root, join(own, "check"));
if (report !== "") console.log(report.trimEnd());
if (!ok) process.exitCode = 1;
