"""The function's container image is in another account's registry.

## Why it matters

The image that carries the proxy is pushed into the repository that the original is in, so that no policy changes. This
tool does not push into another account's repository.

## What to do

Copy the image into a repository of the function's own account and region, deploy the function from there, and run
`proxy deploy` again. AWS CodeBuild can do it close to the images: `FROM` the image, then `docker push` to your
repository.
"""

from __future__ import annotations

NAME = "image-repository"
ACCEPTABLE = False
ACCEPTANCE = "the image has to be in a registry of the function's own account."
ASKED = ("proxy deploy", "proxy rotate-key", "doctor")
