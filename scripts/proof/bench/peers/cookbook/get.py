"""The function with Tracer around it, as in aws-lambda-handler-cookbook: it patches the SDK when it is made."""
# mypy: ignore-errors

from aws_lambda_powertools import Tracer

from scripts.proof.bench.peers.powertools import get

handler = Tracer().capture_lambda_handler(get.handler)
