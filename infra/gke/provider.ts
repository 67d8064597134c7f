import * as gcp from "@pulumi/gcp";
import { stackLabels, type Place } from "./names.ts";

/** The one provider of the stack: in its project and region, with its label on everything that can be labelled. */
export function gcpProvider(place: Place): gcp.Provider {
  return new gcp.Provider("gcp", {
    project: place.project,
    region: place.region,
    defaultLabels: stackLabels(place),
  });
}
