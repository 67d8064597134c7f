import * as aws from "@pulumi/aws";
import { onAws } from "./support/aws.ts";

new aws.vpc.SecurityGroupIngressRule(
  "ssh",
  {
    securityGroupId: "sg-0123456789abcdef0",
    cidrIpv4: "0.0.0.0/0",
    ipProtocol: "tcp",
    fromPort: 22,
    toPort: 22,
  },
  onAws,
);
