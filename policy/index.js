// Pulumi hands a pack whose entry is TypeScript to a compiler of its own; Node runs the rest as it is.
import { createRequire, enableCompileCache, flushCompileCache } from "node:module";

// Most of what the pack costs a small preview is loading its rules. Its process is killed when the preview ends, and
// would keep nothing of what it compiled.
enableCompileCache();
createRequire(import.meta.url)("./pack.ts");
flushCompileCache();
