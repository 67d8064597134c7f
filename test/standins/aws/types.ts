/** Type tokens that rows refer to. */
export const vpc = "aws:ec2/vpc:Vpc";
export const subnet = "aws:ec2/subnet:Subnet";
export const internetGateway = "aws:ec2/internetGateway:InternetGateway";
export const address = "aws:ec2/eip:Eip";
export const natGateway = "aws:ec2/natGateway:NatGateway";
export const routeTable = "aws:ec2/routeTable:RouteTable";
export const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
export const securityGroup = "aws:ec2/securityGroup:SecurityGroup";
export const cluster = "aws:eks/cluster:Cluster";
export const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
export const accessEntry = "aws:eks/accessEntry:AccessEntry";
export const role = "aws:iam/role:Role";
export const policy = "aws:iam/policy:Policy";
export const key = "aws:kms/key:Key";
export const bucket = "aws:s3/bucket:Bucket";
export const bucketObject = "aws:s3/bucketObjectv2:BucketObjectv2";
export const repository = "aws:ecr/repository:Repository";
export const subnetGroup = "aws:rds/subnetGroup:SubnetGroup";
export const parameterGroup = "aws:rds/parameterGroup:ParameterGroup";
export const logGroup = "aws:cloudwatch/logGroup:LogGroup";

/** What EKS makes by itself; no program has it, and EKS deletes it again. */
export const autoscalingGroup = "aws:autoscaling/group:Group";

/** What controllers of a cluster make behind Pulumi's back, as the simulated node writes it. */
export const loadBalancer = "loadbalancer";

/** What a deleted database leaves behind when it is asked to. */
export const databaseSnapshot = "aws:rds/snapshot:Snapshot";

/** What a release pushes; its input `repository` says where to. */
export const image = "image";
