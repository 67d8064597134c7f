// Pulumi hands a pack whose entry is TypeScript, and what it requires, to a compiler of its own; Node imports the rest
// as it is.
import { enableCompileCache, flushCompileCache } from "node:module";

// Most of what the pack costs a small preview is loading its rules. Its process is killed when the preview ends, and
// would keep nothing of what it compiled.
enableCompileCache();
// Nothing waits for it: the pack is loaded by require, which takes no module that awaits.
void import("./pack.ts").then(() => {
  flushCompileCache();
});
