// Pulumi hands a pack whose entry is TypeScript to a compiler of its own; Node runs the rest as it is.
import "./pack.ts";
