"""Which permission each call of AWS asks for: the one table.

Nearly every call asks for the action of its own name, ``lambda:GetAlias``; here are the prefixes that differ from the
service's name in botocore, the calls whose action has another name, what a call asks for besides, and the ARN that the
resource of a policy has. Source: the pages of the Service Authorization Reference
(docs.aws.amazon.com/service-authorization/latest/reference), one for each service, and those named below.

Holes of an ARN: ``{partition}``, ``{region}`` and ``{account}`` are known of the place, all others are parameters of
the call; a parameter that is not known becomes ``*``. An action without a resource of its own stands on ``*``.
"""

from __future__ import annotations

PREFIXES = {
    "apigatewayv2": "apigateway",
    "cloudfront-keyvaluestore": "cloudfront-keyvaluestore",
    "bedrock-agent": "bedrock",
    "cognito-idp": "cognito-idp",
    "docdb": "rds",
    "elbv2": "elasticloadbalancing",
    "lexv2-models": "lex",
    "service-quotas": "servicequotas",
    "sesv2": "ses",
    "stepfunctions": "states",
}
"""What stands before the colon, where that is not botocore's name of the service."""

RENAMED = {
    "lambda:Invoke": "lambda:InvokeFunction",
    "lambda:GetLayerVersionByArn": "lambda:GetLayerVersion",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:PutBucketNotificationConfiguration": "s3:PutBucketNotification",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:HeadObject": "s3:GetObject",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3:ListObjectsV2": "s3:ListBucket",
}
"""Calls whose action has another name."""

FREE = frozenset({"sts:GetCallerIdentity"})
"""Calls that need no permission ("GetCallerIdentity", AWS STS API reference)."""

_VERBS = {
    "Get": "GET",
    "Export": "GET",
    "Create": "POST",
    "Import": "POST",
    "Test": "POST",
    "Update": "PATCH",
    "Delete": "DELETE",
}
"""API Gateway names its actions after the verb of HTTP ("Actions, resources, and condition keys for Amazon API Gateway
Management"); putting an integration of a REST API is PUT."""

_BALANCING = "arn:{partition}:elasticloadbalancing:{region}:{account}"
_CONNECTION_KEYS = "arn:{partition}:secretsmanager:{region}:{account}:secret:events!connection/*"

ALSO: dict[str, tuple[tuple[str, str], ...]] = {
    # "If the object does not exist, the error depends on whether you have s3:ListBucket" (HeadObject, API reference).
    "s3:HeadObject": (("s3:ListBucket", "arn:{partition}:s3:::{Bucket}"),),
    # EventBridge keeps a connection's key in a secret that it makes as the caller ("Managing access to connections").
    "events:CreateConnection": (
        ("secretsmanager:CreateSecret", _CONNECTION_KEYS),
        (
            "secretsmanager:PutSecretValue",
            _CONNECTION_KEYS,
        ),
    ),
    "events:DeleteConnection": (("secretsmanager:DeleteSecret", _CONNECTION_KEYS),),
    "events:CreateApiDestination": (
        ("events:CreateApiDestination", "arn:{partition}:events:{region}:{account}:connection/{Connection}/*"),
    ),
    # Tags of what is made are a permission of their own ("Tag resources during creation", ELB user guide).
    "elbv2:CreateTargetGroup": (("elasticloadbalancing:AddTags", f"{_BALANCING}:targetgroup/{{Name}}/*"),),
    # "lambda:InvokeFunction permissions on the rotation function" (RotateSecret, Secrets Manager API reference).
    "secretsmanager:RotateSecret": (("lambda:InvokeFunction", "{RotationLambdaARN}"),),
    # Whoever attaches a layer has to be allowed to read it ("Granting layer access to other accounts", Lambda guide).
    "lambda:UpdateFunctionConfiguration": (("lambda:GetLayerVersion", "arn:{partition}:lambda:{region}:*:layer:*"),),
}
"""What a call asks for besides its own action: action and resource."""

QUALIFIED = frozenset(
    {
        "lambda:AddPermission",
        "lambda:DeleteFunction",
        "lambda:DeleteFunctionEventInvokeConfig",
        "lambda:DeleteFunctionUrlConfig",
        "lambda:DeleteProvisionedConcurrencyConfig",
        "lambda:GetFunction",
        "lambda:GetFunctionConfiguration",
        "lambda:GetFunctionEventInvokeConfig",
        "lambda:GetFunctionUrlConfig",
        "lambda:GetPolicy",
        "lambda:GetProvisionedConcurrencyConfig",
        "lambda:GetRuntimeManagementConfig",
        "lambda:Invoke",
        "lambda:PutFunctionEventInvokeConfig",
        "lambda:PutProvisionedConcurrencyConfig",
        "lambda:PutRuntimeManagementConfig",
        "lambda:RemovePermission",
        "lambda:UpdateFunctionUrlConfig",
        "lambda:CreateFunctionUrlConfig",
    }
)
"""Calls that may name a version or an alias, whose ARN is the resource then."""

_APPSYNC = "arn:{partition}:appsync:{region}:{account}:apis/{apiId}"
_LATTICE = "arn:{partition}:vpc-lattice:{region}:{account}"
_LAMBDA = "arn:{partition}:lambda:{region}:{account}"
_EVENTS = "arn:{partition}:events:{region}:{account}"
_API = "arn:{partition}:apigateway:{region}:"
_BEANSTALK = "arn:{partition}:elasticbeanstalk:{region}:{account}"
_IAM = "arn:{partition}:iam::{account}"
_LOGS = "arn:{partition}:logs:{region}:{account}:log-group"
_PARAMETER = "arn:{partition}:ssm:{region}:{account}:parameter/{Name}"
_STORED = "arn:{partition}:secretsmanager:{region}:{account}:secret:{SecretId}"
_STREAM = "arn:{partition}:firehose:{region}:{account}:deliverystream/{DeliveryStreamName}"

RESOURCES: dict[str, tuple[str, ...]] = {
    "lambda:ListFunctions": ("*",),
    "lambda:ListEventSourceMappings": ("*",),
    "lambda:ListLayerVersions": ("*",),
    "lambda:CreateEventSourceMapping": ("*",),
    "lambda:*EventSourceMapping": (f"{_LAMBDA}:event-source-mapping:{{UUID}}",),
    "lambda:PublishLayerVersion": (f"{_LAMBDA}:layer:{{LayerName}}",),
    "lambda:GetLayerVersionByArn": ("{Arn}",),
    "lambda:GetCodeSigningConfig": ("{CodeSigningConfigArn}",),
    "lambda:*LayerVersion": (f"{_LAMBDA}:layer:{{LayerName}}:{{VersionNumber}}",),
    "lambda:*": (f"{_LAMBDA}:function:{{FunctionName}}",),
    "apigateway:GetRestApis": (f"{_API}:/restapis",),
    "apigateway:GetRestApi": (f"{_API}:/restapis/{{restApiId}}",),
    "apigateway:UpdateRestApi": (f"{_API}:/restapis/{{restApiId}}",),
    "apigateway:GetResources": (f"{_API}:/restapis/{{restApiId}}/resources",),
    "apigateway:GetStages": (f"{_API}:/restapis/{{restApiId}}/stages",),
    "apigateway:GetExport": (f"{_API}:/restapis/{{restApiId}}/stages/{{stageName}}/exports/{{exportType}}",),
    "apigateway:*Stage": (f"{_API}:/restapis/{{restApiId}}/stages/{{stageName}}",),
    "apigateway:GetDeployments": (f"{_API}:/restapis/{{restApiId}}/deployments",),
    "apigateway:CreateDeployment": (f"{_API}:/restapis/{{restApiId}}/deployments",),
    "apigateway:*Deployment": (f"{_API}:/restapis/{{restApiId}}/deployments/{{deploymentId}}",),
    "apigateway:GetAuthorizers": (f"{_API}:/restapis/{{restApiId}}/authorizers",),
    "apigateway:*Authorizer": (f"{_API}:/restapis/{{restApiId}}/authorizers/{{authorizerId}}",),
    "apigateway:*Integration": (
        f"{_API}:/restapis/{{restApiId}}/resources/{{resourceId}}/methods/{{httpMethod}}/integration",
    ),
    "apigateway:*Method": (f"{_API}:/restapis/{{restApiId}}/resources/{{resourceId}}/methods/{{httpMethod}}",),
    "apigateway:GetModels": (f"{_API}:/restapis/{{restApiId}}/models",),
    "apigateway:GetRequestValidators": (f"{_API}:/restapis/{{restApiId}}/requestvalidators",),
    "apigateway:GetGatewayResponses": (f"{_API}:/restapis/{{restApiId}}/gatewayresponses",),
    "apigateway:GetVpcLinks": (f"{_API}:/vpclinks",),
    "apigateway:GetVpcLink": (f"{_API}:/vpclinks/{{vpcLinkId}}",),
    "apigateway:GetDomainNames": (f"{_API}:/domainnames",),
    "apigateway:GetDomainName": (f"{_API}:/domainnames/{{domainName}}",),
    "apigateway:GetBasePathMappings": (f"{_API}:/domainnames/{{domainName}}/basepathmappings",),
    "apigateway:GetUsagePlans": (f"{_API}:/usageplans",),
    "apigateway:GetAccount": (f"{_API}:/account",),
    "apigatewayv2:GetApis": (f"{_API}:/apis",),
    "apigatewayv2:GetApi": (f"{_API}:/apis/{{ApiId}}",),
    "apigatewayv2:ExportApi": (f"{_API}:/apis/{{ApiId}}/exports/{{Specification}}",),
    "apigatewayv2:GetStages": (f"{_API}:/apis/{{ApiId}}/stages",),
    "apigatewayv2:*Stage": (f"{_API}:/apis/{{ApiId}}/stages/{{StageName}}",),
    "apigatewayv2:GetAuthorizers": (f"{_API}:/apis/{{ApiId}}/authorizers",),
    "apigatewayv2:*Authorizer": (f"{_API}:/apis/{{ApiId}}/authorizers/{{AuthorizerId}}",),
    "apigatewayv2:GetIntegrations": (f"{_API}:/apis/{{ApiId}}/integrations",),
    "apigatewayv2:CreateIntegration": (f"{_API}:/apis/{{ApiId}}/integrations",),
    "apigatewayv2:*Integration": (f"{_API}:/apis/{{ApiId}}/integrations/{{IntegrationId}}",),
    "apigatewayv2:GetRoutes": (f"{_API}:/apis/{{ApiId}}/routes",),
    "apigatewayv2:CreateRoute": (f"{_API}:/apis/{{ApiId}}/routes",),
    "apigatewayv2:*Route": (f"{_API}:/apis/{{ApiId}}/routes/{{RouteId}}",),
    "apigatewayv2:GetDeployments": (f"{_API}:/apis/{{ApiId}}/deployments",),
    "apigatewayv2:CreateDeployment": (f"{_API}:/apis/{{ApiId}}/deployments",),
    "apigatewayv2:*Deployment": (f"{_API}:/apis/{{ApiId}}/deployments/{{DeploymentId}}",),
    "apigatewayv2:GetVpcLinks": (f"{_API}:/vpclinks",),
    "apigatewayv2:GetVpcLink": (f"{_API}:/vpclinks/{{VpcLinkId}}",),
    "apigatewayv2:GetDomainNames": (f"{_API}:/domainnames",),
    "apigatewayv2:GetDomainName": (f"{_API}:/domainnames/{{DomainName}}",),
    "apigatewayv2:GetApiMappings": (f"{_API}:/domainnames/{{DomainName}}/apimappings",),
    "events:ListRuleNamesByTarget": ("*",),
    "events:ListEventBuses": ("*",),
    "events:List*Rules": ("*",),
    "events:ListReplays": ("*",),
    "events:DescribeReplay": (f"{_EVENTS}:replay/{{ReplayName}}",),
    "events:*ApiDestination": (f"{_EVENTS}:api-destination/{{Name}}", f"{_EVENTS}:api-destination/{{Name}}/*"),
    "events:*Connection": (f"{_EVENTS}:connection/{{Name}}", f"{_EVENTS}:connection/{{Name}}/*"),
    "events:*": (f"{_EVENTS}:rule/{{Rule}}",),
    "sns:Subscribe": ("{TopicArn}",),
    "sns:ListSubscriptionsByTopic": ("{TopicArn}",),
    "sns:GetTopicAttributes": ("{TopicArn}",),
    "sqs:ListQueues": ("*",),
    "sqs:*": ("arn:{partition}:sqs:{region}:{account}:{QueueName}",),
    "scheduler:List*": ("*",),
    "scheduler:*": ("arn:{partition}:scheduler:{region}:{account}:schedule/{GroupName}/{Name}",),
    "iam:GetAccountAuthorizationDetails": ("*",),
    "iam:CreateServiceLinkedRole": (f"{_IAM}:role/aws-service-role/{{AWSServiceName}}/*",),
    "iam:Simulate*": ("{PolicySourceArn}",),
    "iam:*InstanceProfile": (f"{_IAM}:instance-profile/{{InstanceProfileName}}",),
    "iam:*User*": (f"{_IAM}:user/{{UserName}}",),
    "iam:*": (f"{_IAM}:role/{{RoleName}}",),
    "cloudformation:DescribeStackResources": ("*",),
    "cloudformation:DescribeStacks": ("*",),
    "cloudformation:ListImports": ("*",),
    "cloudformation:*": ("arn:{partition}:cloudformation:{region}:{account}:stack/{StackName}/*",),
    "cloudwatch:Put*Alarm": ("arn:{partition}:cloudwatch:{region}:{account}:alarm:{AlarmName}",),
    "cloudwatch:DescribeAlarms": ("arn:{partition}:cloudwatch:{region}:{account}:alarm:*",),
    "firehose:DescribeDeliveryStream": (_STREAM,),
    "firehose:UpdateDestination": (_STREAM,),
    "config:PutConfigRule": ("arn:{partition}:config:{region}:{account}:config-rule/*",),
    "logs:DescribeLogGroups": (f"{_LOGS}:*",),
    "logs:GetLogEvents": (f"{_LOGS}:{{logGroupName}}:log-stream:{{logStreamName}}",),
    "logs:*": (f"{_LOGS}:{{logGroupName}}:*",),
    "secretsmanager:ListSecrets": ("*",),
    "secretsmanager:*": (_STORED, f"{_STORED}-??????"),
    "ssm:DescribeParameters": ("*",),
    "ssm:*": (_PARAMETER,),
    "s3:ListBuckets": ("*",),
    "s3:GetObject*": ("arn:{partition}:s3:::{Bucket}/{Key}",),
    "s3:*Object": ("arn:{partition}:s3:::{Bucket}/{Key}",),
    "s3:*": ("arn:{partition}:s3:::{Bucket}",),
    "signer:StartSigningJob": ("arn:{partition}:signer:{region}:{account}:/signing-profiles/{profileName}",),
    "signer:*": ("arn:{partition}:signer:{region}:{account}:/signing-jobs/*",),
    "stepfunctions:ListStateMachines": ("*",),
    "stepfunctions:ListActivities": ("*",),
    "stepfunctions:ListExecutions": ("{stateMachineArn}",),
    "stepfunctions:*": ("{stateMachineArn}",),
    "dynamodb:*": ("arn:{partition}:dynamodb:{region}:{account}:table/{TableName}",),
    "codebuild:*": ("arn:{partition}:codebuild:{region}:{account}:project/{projectName}",),
    "codepipeline:ListPipelines": ("*",),
    "codepipeline:*": ("arn:{partition}:codepipeline:{region}:{account}:{name}",),
    "ecr:*": ("arn:{partition}:ecr:{region}:{account}:repository/{repositoryName}",),
    "ecs:DescribeServices": ("arn:{partition}:ecs:{region}:{account}:service/{cluster}/{services}",),
    "ecs:DescribeTasks": ("arn:{partition}:ecs:{region}:{account}:task/{cluster}/*",),
    "elasticbeanstalk:ListAvailableSolutionStacks": ("*",),
    "elasticbeanstalk:DescribeEvents": ("*",),
    "elasticbeanstalk:*ApplicationVersion*": (f"{_BEANSTALK}:applicationversion/{{ApplicationName}}/{{VersionLabel}}",),
    "elasticbeanstalk:*Application*": (f"{_BEANSTALK}:application/{{ApplicationName}}",),
    "elasticbeanstalk:*": (f"{_BEANSTALK}:environment/{{ApplicationName}}/{{EnvironmentName}}",),
    "cloudfront:GetVpcOrigin": ("arn:{partition}:cloudfront::{account}:vpcorigin/{Id}",),
    "cloudfront:*Function": ("arn:{partition}:cloudfront::{account}:function/{Name}",),
    "cloudfront:*Distribution": ("arn:{partition}:cloudfront::{account}:distribution/{Id}",),
    "elbv2:Describe*": ("*",),
    "elbv2:ModifyRule": ("{RuleArn}",),
    "elbv2:ModifyListener": ("{ListenerArn}",),
    "elbv2:*": (f"{_BALANCING}:targetgroup/{{Name}}/*",),
    "appsync:*DataSource": ("arn:{partition}:appsync:{region}:{account}:apis/{apiId}/datasources/{name}",),
    "appsync:GetGraphqlApi": (_APPSYNC,),
    "appsync:UpdateGraphqlApi": (_APPSYNC,),
    "appsync:GetApi": (_APPSYNC,),
    "appsync:UpdateApi": (_APPSYNC,),
    "codecommit:List*": ("*",),
    "codecommit:*": ("arn:{partition}:codecommit:{region}:{account}:{repositoryName}",),
    "iot:List*": ("*",),
    "kms:*": ("{KeyId}",),
    "iot:*TopicRule": ("arn:{partition}:iot:{region}:{account}:rule/{ruleName}",),
    "cognito-idp:ListUserPools": ("*",),
    "cognito-idp:*": ("arn:{partition}:cognito-idp:{region}:{account}:userpool/{UserPoolId}",),
    "pipes:ListPipes": ("*",),
    "pipes:*": ("arn:{partition}:pipes:{region}:{account}:pipe/{Name}",),
    "vpc-lattice:List*": ("*",),
    "vpc-lattice:*Target*": (f"{_LATTICE}:targetgroup/*",),
    "vpc-lattice:*Rule": (
        f"{_LATTICE}:service/{{serviceIdentifier}}/listener/{{listenerIdentifier}}/rule/{{ruleIdentifier}}",
    ),
    "vpc-lattice:*Listener": (f"{_LATTICE}:service/{{serviceIdentifier}}/listener/{{listenerIdentifier}}",),
    "route53:ListResourceRecordSets": ("arn:{partition}:route53:::hostedzone/{HostedZoneId}",),
    "route53:ChangeResourceRecordSets": ("arn:{partition}:route53:::hostedzone/{HostedZoneId}",),
    "route53:GetHostedZone": ("arn:{partition}:route53:::hostedzone/{Id}",),
    "route53:GetChange": ("arn:{partition}:route53:::change/{Id}",),
}
"""The resources of a call by its name, as a pattern of :mod:`fnmatch`; the first that fits counts, none is ``*``."""

CONDITIONS: dict[str, tuple[str, str, str]] = {
    "iam:AttachRolePolicy": ("ArnEquals", "iam:PolicyARN", "{PolicyArn}"),
    "iam:DetachRolePolicy": ("ArnEquals", "iam:PolicyARN", "{PolicyArn}"),
    "iam:CreateRole": ("StringEquals", "iam:PermissionsBoundary", "{PermissionsBoundary}"),
    "iam:CreateServiceLinkedRole": ("StringEquals", "iam:AWSServiceName", "{AWSServiceName}"),
    "iam:PassRole": ("StringEquals", "iam:PassedToService", "{Service}"),
    "kms:CreateGrant": ("Bool", "kms:GrantIsForAWSResource", "true"),
}
"""What AWS can condition a call on: operator, key and value; left out where the parameter is not known."""

PASSED: dict[str, tuple[tuple[str, str], ...]] = {
    "scheduler:CreateSchedule": (("Target.RoleArn", "scheduler.amazonaws.com"),),
    "scheduler:UpdateSchedule": (("Target.RoleArn", "scheduler.amazonaws.com"),),
    "events:PutTargets": (("Targets.RoleArn", "events.amazonaws.com"),),
    "pipes:CreatePipe": (("RoleArn", "pipes.amazonaws.com"),),
    "pipes:UpdatePipe": (("RoleArn", "pipes.amazonaws.com"),),
    "appsync:UpdateDataSource": (("serviceRoleArn", "appsync.amazonaws.com"),),
    "appsync:UpdateGraphqlApi": (("logConfig.cloudWatchLogsRoleArn", "appsync.amazonaws.com"),),
    "appsync:UpdateApi": (("eventConfig.logConfig.cloudWatchLogsRoleArn", "appsync.amazonaws.com"),),
    "iot:ReplaceTopicRule": (("topicRulePayload.actions.roleArn", "iot.amazonaws.com"),),
    "cognito-idp:UpdateUserPool": (("SmsConfiguration.SnsCallerArn", "cognito-idp.amazonaws.com"),),
    "apigateway:PutIntegration": (("credentials", "apigateway.amazonaws.com"),),
    "iam:AddRoleToInstanceProfile": (("RoleName", "ec2.amazonaws.com"),),
}
"""Calls that hand a role to a service, which takes iam:PassRole: where the role stands, and the service
("Granting a user permissions to pass a role to an AWS service", IAM guide)."""


def verb(call: str) -> str:
    """Return the action of a call of API Gateway: ``apigateway:PATCH``."""
    operation = call.partition(":")[2]
    if operation.startswith("Put"):
        return "apigateway:PUT"
    return "apigateway:" + next(name for word, name in _VERBS.items() if operation.startswith(word))
