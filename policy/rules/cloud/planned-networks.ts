import { cisGcp } from "../../kit/frameworks.ts";
import { demandRule, exactly } from "./demands.ts";

export const plannedNetworks = demandRule({
  name: "planned-networks",
  title: "Networks of Google Cloud have the subnetworks that the program describes",
  why: "A network that makes a subnetwork in each region by itself is open where nobody looks, and nodes without public addresses need a private way to Google.",
  fix: "set autoCreateSubnetworks of the Network to false and privateIpGoogleAccess of each Subnetwork to true",
  severity: "medium",
  frameworks: [cisGcp("The default network does not exist in a project")],
  demands: {
    "gcp:compute/network:Network": [
      exactly("autoCreateSubnetworks", false, "makes subnetworks by itself"),
    ],
    "gcp:compute/subnetwork:Subnetwork": [
      exactly("privateIpGoogleAccess", true, "reaches Google by public addresses alone"),
    ],
  },
});
