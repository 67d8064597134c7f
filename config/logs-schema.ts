import { flag, section } from "./leaves.ts";

export const Logs = section("Logs of all pods in one place", {
  enabled: flag(false, "Whether VictoriaLogs and its agent are deployed"),
});
