"""The function's container image is in another account's registry, and its own has no repository for a copy.

## Why it matters

The image that carries the proxy is pushed into the repository that the original is in, so that no policy changes. This
tool does not push into another account's repository: it needs one of the function's own account, with the same name.

## What to do

Make the repository, `aws ecr create-repository --repository-name NAME`, and run `proxy deploy` again: it copies the
image there, layer by layer through this machine, adds the proxy's layer to the copy, and `$LATEST` is put back to the
other account's image at the end. The other account's repository has to let you read it (`ecr:BatchGetImage`,
`ecr:GetDownloadUrlForLayer`).

Where the image is large and this machine's connection slow, copy it close to the images first, with the same digest
(in AWS CodeBuild, `crane copy` or `skopeo copy` from one repository to the other): what is there is not sent again.
"""

from __future__ import annotations

NAME = "image-repository"
ACCEPTABLE = False
ACCEPTANCE = "the proxy's image needs a repository of the function's own account."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
