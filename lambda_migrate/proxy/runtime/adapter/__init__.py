"""Stands where the application stood, in a function that runs under the AWS Lambda Web Adapter.

The adapter goes on talking to Lambda and makes an HTTP request of each event; on numbered versions a small server takes
those requests in place of the application. The original application starts on a port of its own, where it is needed.

`lambda-migrate-selector`, the script that `AWS_LAMBDA_EXEC_WRAPPER` names, comes here on numbered versions alone: on
`$LATEST` it starts what it stands for, and no line of this package runs.

https://github.com/aws/aws-lambda-web-adapter
"""
