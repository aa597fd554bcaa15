"""EKS nodes that one can enter: Amazon Linux, and hybrid nodes.

Sources: awslabs/amazon-eks-ami nodeadm/internal/containerd (config_path is set on AL2023),
templates/al2023/runtime/bin/cache-pause-container, doc/usage/{al2,al2023}.md, log-collector-script/linux/README.md.
"""

from __future__ import annotations

from functools import cached_property

from kubectl_imagepull.fixes.environments.access import CHANGES_NODE, Access, LoginShell, ssh_notes
from kubectl_imagepull.fixes.environments.cloud_roles import node_role
from kubectl_imagepull.fixes.environments.containerd import ContainerdTasks
from kubectl_imagepull.fixes.environments.docker_engine import DockerTasks
from kubectl_imagepull.fixes.environments.systemd_tasks import Service, SystemdTasks
from kubectl_imagepull.fixes.environments.ways_out import push_image, replace_node, with_note
from kubectl_imagepull.fixes.steps.ways_to_registry import cloud_ways
from kubectl_imagepull.vocabulary.causes import Scope
from kubectl_imagepull.vocabulary.command import Command
from kubectl_imagepull.vocabulary.fix import Fix, Where
from kubectl_imagepull.vocabulary.node_environment import NodeEnvironment
from kubectl_imagepull.vocabulary.vendors import Vendor, ecr_region

_AL2023 = "Amazon Linux 2023"
_LASTING = "For new nodes, change the launch template's user data too."


def ssm_command(environment: NodeEnvironment) -> str:
    """The command that opens a shell on an instance; "" where the instance isn't known."""
    if not environment.machine:
        return ""
    instance, *region = environment.machine
    words = ("aws", "ssm", "start-session", "--target", instance, *(("--region", region[0]) if region else ()))
    return str(Command(words))


def terminate_instance(environment: NodeEnvironment) -> tuple[Command, ...]:
    """Takes the instance away where it is known to belong to a node group, which starts another one."""
    if not environment.machine or not environment.pool:
        # an instance of no group would be gone for good
        return ()
    instance, *region = environment.machine
    words = ("aws", "ec2", "terminate-instances", "--instance-ids", instance)
    return (Command((*words, *(("--region", region[0]) if region else ())), CHANGES_NODE),)


class EksNodeTasks(SystemdTasks):
    """What is the same on every EKS node that is an EC2 instance of one's own."""

    @cached_property
    def access(self) -> Access:
        """By the Systems Manager, which needs no key."""
        command = ssm_command(self.environment)
        return LoginShell((f"Log in to the node with: {command}",) if command else ssh_notes(self.context))

    def pause_image(self) -> tuple[Fix, ...]:
        """It came with the node."""
        image = self.context.image.shown
        why = (
            f"The image {image} comes with the node and was deleted there, but containerd pulls it without credentials"
        )
        return (
            replace_node(self.context, why, *terminate_instance(self.environment), by=" with one of a current AMI"),
        )

    def load_image(self) -> tuple[Fix, ...]:
        """From a registry: the next node has nothing that was loaded into this one."""
        return (push_image(self.context, "Nodes of EKS come and go, so an image has to be in a registry"),)

    def node_credentials(self) -> tuple[Fix, ...]:
        """For ECR by the node's role."""
        if self.context.registry.vendor is Vendor.ECR:
            return (node_role(self.context),)
        return tuple(with_note(fix, _LASTING) for fix in super().node_credentials())

    def proxy(self) -> tuple[Fix, ...]:
        """For the next nodes as well."""
        return tuple(with_note(fix, _LASTING) for fix in super().proxy())


class EksTasks(EksNodeTasks, ContainerdTasks):
    """containerd as Amazon Linux sets it up."""

    @property
    def is_al2023(self) -> bool:
        """Whether it is the Amazon Linux that nodeadm sets up."""
        return self.environment.os_image.startswith(_AL2023)

    @property
    def reads_certs_d(self) -> bool:
        """Nodeadm sets config_path in every version of the file."""
        return self.is_al2023 or super().reads_certs_d

    @property
    def service(self) -> Service:
        """With the tools of the AMI: nerdctl is in AL2023's, crictl isn't known to be in either."""
        remove = ("ctr", "-n", "k8s.io", "images", "rm")
        prune = ("nerdctl", "-n", "k8s.io", "image", "prune", "--all", "--force") if self.is_al2023 else ()
        return Service("containerd", "containerd", "kubelet", "/var/lib/containerd", remove, prune)

    def plain_http(self) -> tuple[Fix, ...]:
        """For the next nodes as well."""
        return tuple(with_note(fix, _LASTING) for fix in super().plain_http())

    def trust_authority(self) -> tuple[Fix, ...]:
        """For the next nodes as well."""
        return tuple(with_note(fix, _LASTING) for fix in super().trust_authority())

    def mirror(self) -> tuple[Fix, ...]:
        """For the next nodes as well."""
        return tuple(with_note(fix, _LASTING) for fix in super().mirror())

    def pause_image(self) -> tuple[Fix, ...]:
        """AL2023 keeps it as a file beside."""
        if not self.is_al2023:
            return super().pause_image()
        text = f"{self.on}, the pause image that came with the node is gone: import it again from /etc/eks/pause.tar."
        load = self.access.as_root(
            "ctr", "-n", "k8s.io", "images", "import", "/etc/eks/pause.tar", effects=CHANGES_NODE
        )
        return (self.fix(text, load, short=("Import /etc/eks/pause.tar on the node",)), *super().pause_image())


class EksDockerTasks(EksNodeTasks, DockerTasks):
    """Docker, on nodes of Kubernetes before 1.24."""

    def pause_image(self) -> tuple[Fix, ...]:
        """With the kubelet's login, as any image: kubernetes v1.23 pkg/kubelet/dockershim/docker_sandbox.go."""
        region = ecr_region(self.context.registry.name)
        if not region or self.context.cause.scope is not Scope.CREDENTIALS:
            return DockerTasks.pause_image(self)
        node = self.context.node.shown
        text = (
            f"{node[:1].upper()}{node[1:]} gets its login for the pause image from "
            f"api.ecr.{region}.amazonaws.com, and got none: let it reach that host, without a NAT gateway by the VPC "
            f"endpoint com.amazonaws.{region}.ecr.api. If it can, let its role pull from ECR."
        )
        endpoints = tuple(step for way in cloud_ways(self.context) for step in way.commands)
        role = node_role(self.context)
        # the role's name is what the first command shows
        show_role, *attach = role.commands
        steps = (show_role, *endpoints, *attach)
        short = ("Let the node reach the API of Amazon ECR",)
        return (self.fix(text, *steps, undo=role.undo, short=short, where=Where.CLUSTER),)


class EksHybridTasks(ContainerdTasks):
    """A machine of one's own that has joined an EKS cluster."""

    @cached_property
    def access(self) -> Access:
        """By the Systems Manager where the node has its name from there."""
        node = self.environment.node
        if node.startswith("mi-") and node[3:].isalnum():
            return LoginShell((f"Log in to the node with: aws ssm start-session --target {node}",))
        return LoginShell(ssh_notes(self.context))

    def node_credentials(self) -> tuple[Fix, ...]:
        """For ECR by the role of hybrid nodes."""
        return (node_role(self.context),) if self.context.registry.vendor is Vendor.ECR else super().node_credentials()
