/** Our program as a pull request previews it: nothing is known yet of the cluster that it is for. */
import "./no-cluster-yet.ts";

export * from "../../../../index.ts";
