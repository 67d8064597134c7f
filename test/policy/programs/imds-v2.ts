import * as aws from "@pulumi/aws";
import { onAws } from "./support/aws.ts";

new aws.ec2.LaunchTemplate(
  "nodes",
  {
    metadataOptions: { httpTokens: "optional", httpPutResponseHopLimit: 1 },
    blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true" } }],
  },
  onAws,
);
