import { Type, type Static } from "typebox";

/** The levels of pino, the most severe first. */
export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace"] as const;
export const LogLevel = Type.Enum(logLevels, { description: "Lowest level of log lines" });
export type LogLevel = Static<typeof LogLevel>;
