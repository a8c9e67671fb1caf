"""What a handover prints for an owner, whole."""

from __future__ import annotations

from lambda_migrate.handover import guidance, template_code, terraform_code
from lambda_migrate.handover.model import Owner
from tests.handover.plans import standing

MAPPING = tuple(each for each in standing() if each.name == "jobs_mapping")

STACK = """\
## cloudformation, stack `shop`

- tag aws:cloudformation:stack-name is shop

1. A stack touches a flipped resource only when its block in the template changes, and then undoes the flip.
2. Import the alias with a change set of type IMPORT before the template names it; adding it would fail.

Why these are snippets and no patch:

- no template defines function orders; `shop.yaml` cannot be read: line 3: expected ',' or ']', but got '<stream end>'

Put them in by hand, or change what is named above and run `handover` again.

```yaml
# mapping jobs: orders → orders:live: in the AWS::Lambda::EventSourceMapping whose physical id is 11111111-2222
JobsMapping:
  Type: AWS::Lambda::EventSourceMapping
  Properties:
    FunctionName: !Ref 'LiveAlias'
```
"""


def test_a_template_that_cannot_be_parsed_is_named_with_what_to_do_and_gets_a_snippet() -> None:
    files = {"shop.yaml": "Resources:\n  X: [AWS::Lambda::Function\n"}
    owner = Owner("cloudformation", ("tag aws:cloudformation:stack-name is shop",), "shop")
    changes = template_code.patched(files, MAPPING, "orders", "live")

    assert guidance.text(owner, MAPPING, "live", files, changes) == STACK


CODE = """\
resource "aws_lambda_function" "orders" {
  function_name = "orders"
}

resource "aws_lambda_event_source_mapping" "jobs" {
  function_name = aws_lambda_function.orders.arn
}
"""
TERRAFORM = """\
## terraform

- `aws_lambda_function.orders` in `main.tf`

1. The next apply undoes every flip that is not in the code: change the code before anybody applies.
2. While traffic moves, the alias' version and weights belong to lambda-migrate: keep `ignore_changes`.
3. The first plan after this imports, and changes nothing. `lambda-migrate handover --check` reads it.

### terraform 1: import what was made, and keep what was moved: the plan imports, and changes nothing else

```diff
--- a/main.tf
+++ b/main.tf
@@ -3,5 +3,5 @@
 }
~
 resource "aws_lambda_event_source_mapping" "jobs" {
-  function_name = aws_lambda_function.orders.arn
+  function_name = aws_lambda_alias.live_alias.arn
 }
```
""".replace("~", " ")  # an empty line of a diff


def test_a_patch_is_printed_with_what_comes_before_it() -> None:
    files = {"main.tf": CODE}
    changes = terraform_code.patched(files, MAPPING, "orders", "live")
    owner = Owner("terraform", ("`aws_lambda_function.orders` in `main.tf`",))

    assert guidance.text(owner, MAPPING, "live", files, changes) == TERRAFORM
