"""An Elastic Beanstalk in memory, as far as a deployment goes: no emulator has its versions and events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.targets.stand_in import Refused, StandIn

STACKS = (
    "64bit Amazon Linux 2023 v4.7.1 running Python 3.12",
    "64bit Amazon Linux 2023 v4.10.0 running Python 3.12",
    "64bit Amazon Linux 2023 v4.10.0 running Python 3.13",
    "64bit Amazon Linux 2 v3.9.0 running Python 3.8",
    "64bit Amazon Linux 2023 v6.6.0 running Node.js 22",
)


@dataclass
class Beanstalk(StandIn):
    """Applications, versions and environments.

    Attributes:
        bad: Version labels that never turn green.
        looks: How often an environment is seen at work after each change.
        failing: Version labels whose deployment fails in its first batch: the environment stays at the one before.
        left_behind: Version labels of instances that a failed deployment has left as they were then.
    """

    services: tuple[str, ...] = ("elasticbeanstalk",)
    bad: set[str] = field(default_factory=set)
    looks: int = 2
    failing: set[str] = field(default_factory=set)
    left_behind: list[str] = field(default_factory=list)
    applications: dict[str, dict[str, Any]] = field(default_factory=dict)
    versions: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    environments: dict[str, dict[str, Any]] = field(default_factory=dict)
    log: list[dict[str, Any]] = field(default_factory=list)
    _left: dict[str, int] = field(default_factory=dict)

    def documents(self) -> dict[str, Any]:
        """Return everything, once all environments have settled."""
        for _ in range(self.looks + 1):
            self.elasticbeanstalk_DescribeEnvironments()
        return {
            "applications": dict(self.applications),
            "versions": {"/".join(key): dict(value) for key, value in self.versions.items()},
            "environments": {name: dict(value) for name, value in self.environments.items()},
        }

    def elasticbeanstalk_DescribeApplications(self, ApplicationNames: list[str]) -> Any:
        return {"Applications": [self.applications[name] for name in ApplicationNames if name in self.applications]}

    def elasticbeanstalk_CreateApplication(self, ApplicationName: str, Description: str) -> Any:
        if ApplicationName in self.applications:
            raise Refused("InvalidParameterValue", f"Application {ApplicationName} already exists.")
        self.applications[ApplicationName] = {"ApplicationName": ApplicationName, "Description": Description}

    def elasticbeanstalk_DeleteApplication(self, ApplicationName: str, TerminateEnvByForce: bool) -> Any:
        if any(each["ApplicationName"] == ApplicationName for each in self.environments.values()):
            raise Refused("OperationInProgressException", "It has running environments.")
        del self.applications[ApplicationName]

    def elasticbeanstalk_DescribeApplicationVersions(self, ApplicationName: str, VersionLabels: list[str]) -> Any:
        keys = [(ApplicationName, label) for label in VersionLabels]
        return {"ApplicationVersions": [self.versions[key] for key in keys if key in self.versions]}

    def elasticbeanstalk_CreateApplicationVersion(
        self, ApplicationName: str, VersionLabel: str, SourceBundle: dict[str, str], Process: bool, **given: Any
    ) -> Any:
        if ApplicationName not in self.applications:
            raise Refused("InvalidParameterValue", f"No Application named '{ApplicationName}' found.")
        if (ApplicationName, VersionLabel) in self.versions:
            raise Refused("InvalidParameterValue", f"Application Version {VersionLabel} already exists.")
        self.versions[ApplicationName, VersionLabel] = {
            "ApplicationName": ApplicationName,
            "VersionLabel": VersionLabel,
            "SourceBundle": SourceBundle,
            "Status": "PROCESSED" if Process else "UNPROCESSED",
        }

    def elasticbeanstalk_DeleteApplicationVersion(
        self, ApplicationName: str, VersionLabel: str, DeleteSourceBundle: bool
    ) -> Any:
        if any(each["VersionLabel"] == VersionLabel for each in self.environments.values()):
            raise Refused("OperationInProgressException", "Unable to delete: it is deployed.")
        del self.versions[ApplicationName, VersionLabel]

    def elasticbeanstalk_DescribeEnvironments(
        self, ApplicationName: str = "", EnvironmentNames: list[str] | None = None, IncludeDeleted: bool = False
    ) -> Any:
        found = []
        for name, each in list(self.environments.items()):
            if EnvironmentNames is not None and name not in EnvironmentNames:
                continue
            found.append({key: value for key, value in each.items() if key != "Options"})
            self._progress(name, each)
        return {"Environments": found}

    def _progress(self, name: str, each: dict[str, Any]) -> None:
        if self._left.get(name, 0) > 0:
            self._left[name] -= 1
        elif each["Status"] == "Terminating":
            del self.environments[name]
        elif each["Status"] != "Ready":
            each["Status"] = "Ready"
            red = each["VersionLabel"] in self.bad
            self.say(name, "Environment health has transitioned", "ERROR" if red else "INFO")

    def elasticbeanstalk_CreateEnvironment(
        self,
        ApplicationName: str,
        EnvironmentName: str,
        VersionLabel: str,
        SolutionStackName: str,
        OptionSettings: list[dict[str, str]],
        **given: Any,
    ) -> Any:
        if EnvironmentName in self.environments:
            raise Refused("InvalidParameterValue", f"Environment {EnvironmentName} already exists.")
        if (ApplicationName, VersionLabel) not in self.versions or SolutionStackName not in STACKS:
            raise Refused("InvalidParameterValue", "No such version or platform.")
        self.environments[EnvironmentName] = {
            "ApplicationName": ApplicationName,
            "EnvironmentName": EnvironmentName,
            "VersionLabel": VersionLabel,
            "SolutionStackName": SolutionStackName,
            "CNAME": f"{EnvironmentName}.eu-west-1.elasticbeanstalk.com",
            "Status": "Launching",
            "Options": {f"{each['Namespace']}/{each['OptionName']}": each["Value"] for each in OptionSettings},
        }
        self._left[EnvironmentName] = self.looks
        self.say(EnvironmentName, "createEnvironment is starting.")

    def elasticbeanstalk_UpdateEnvironment(self, EnvironmentName: str, VersionLabel: str) -> Any:
        found = self.environments[EnvironmentName]
        if found["Status"] != "Ready":
            raise Refused("InvalidParameterValue", "Environment is in an invalid state for this operation.")
        self._left[EnvironmentName] = self.looks
        if VersionLabel in self.failing:
            found |= {"Status": "Updating"}
            self.left_behind = [VersionLabel]
            self.say(EnvironmentName, "[Instance: i-1] Command failed on instance.", "ERROR")
            self.say(EnvironmentName, "Failed to deploy application.", "ERROR")
            return
        found |= {"VersionLabel": VersionLabel, "Status": "Updating"}
        self.left_behind = []
        self.say(EnvironmentName, "Environment update is starting.")

    def elasticbeanstalk_TerminateEnvironment(self, EnvironmentName: str) -> Any:
        self.environments[EnvironmentName]["Status"] = "Terminating"
        self._left[EnvironmentName] = self.looks
        self.say(EnvironmentName, "terminateEnvironment is starting.")

    def elasticbeanstalk_DescribeEnvironmentHealth(self, EnvironmentName: str, AttributeNames: list[str]) -> Any:
        found = self.environments[EnvironmentName]
        if found["Status"] != "Ready":
            return {"Color": "Grey", "Causes": []}
        if self.left_behind:
            return {"Color": "Red", "Causes": ["Incorrect application version found on 1 out of 2 instances."]}
        if found["VersionLabel"] in self.bad:
            return {"Color": "Red", "Causes": ["100.0 % of the requests are failing with HTTP 5xx."]}
        return {"Color": "Green", "Causes": []}

    def elasticbeanstalk_DescribeConfigurationSettings(self, ApplicationName: str, EnvironmentName: str) -> Any:
        options = self.environments[EnvironmentName].get("Options", {})
        settings = [
            {"Namespace": key.rpartition("/")[0], "OptionName": key.rpartition("/")[2], "Value": value}
            for key, value in options.items()
        ]
        return {"ConfigurationSettings": [{"OptionSettings": settings}]}

    def elasticbeanstalk_DescribeInstancesHealth(self, EnvironmentName: str, AttributeNames: list[str]) -> Any:
        running = [self.environments[EnvironmentName]["VersionLabel"], *self.left_behind]
        return {"InstanceHealthList": [{"Deployment": {"VersionLabel": label}} for label in running]}

    def elasticbeanstalk_DescribeEvents(self, EnvironmentName: str, StartTime: Any, **given: Any) -> Any:
        since = datetime.fromtimestamp(StartTime, UTC)
        found = [each for each in self.log if each["EnvironmentName"] == EnvironmentName and each["EventDate"] >= since]
        return {"Events": list(reversed(found))}

    def elasticbeanstalk_ListAvailableSolutionStacks(self) -> Any:
        return {"SolutionStacks": list(STACKS)}

    def say(self, name: str, text: str, severity: str = "INFO") -> None:
        at = datetime.now(UTC)
        self.log.append({"EventDate": at, "Message": text, "EnvironmentName": name, "Severity": severity})
