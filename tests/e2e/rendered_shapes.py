"""Twenty shapes of public charts, made for the tests: every image that a pod would pull is at r.example.

What looks like an image and is none is at decoy.example: in ConfigMaps, annotations, arguments, schemas.
"""

from __future__ import annotations

_LABELS = "selector: {matchLabels: {app: x}}"
_POD = "metadata: {labels: {app: x}, annotations: {image: 'decoy.example/annotation:1'}}"

SHAPES: dict[str, str] = {
    "web": f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web, annotations: {{checked: "decoy.example/web:1"}}}}
spec:
  replicas: 2
  {_LABELS}
  template:
    {_POD}
    spec:
      serviceAccountName: web
      imagePullSecrets: [{{name: regcred}}]
      containers:
        - name: web
          image: "r.example/web:1"
          imagePullPolicy: IfNotPresent
          args: ["--sidecar-image=decoy.example/arg:1"]
          env: [{{name: IMAGE, value: "decoy.example/env:1"}}]
---
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec: {{selector: {{app: x}}, ports: [{{port: 80}}]}}
""",
    "database": f"""
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: db}}
spec:
  serviceName: db
  {_LABELS}
  volumeClaimTemplates:
    - metadata: {{name: data}}
      spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}
  template:
    {_POD}
    spec:
      initContainers:
        - {{name: permissions, image: "r.example/os-shell:1"}}
        - {{name: restore, image: "r.example/db:1", command: [restore]}}
      containers:
        - {{name: db, image: "r.example/db:1"}}
        - {{name: metrics, image: "r.example/exporter:1"}}
""",
    "agent": f"""
apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: agent}}
spec:
  {_LABELS}
  template:
    {_POD}
    spec:
      hostNetwork: true
      tolerations: [{{operator: Exists}}]
      containers: [{{name: agent, image: "r.example/agent:1"}}]
""",
    "backup": """
apiVersion: batch/v1
kind: CronJob
metadata: {name: backup}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          initContainers: [{name: wait, image: "r.example/wait:1"}]
          containers: [{name: backup, image: "r.example/backup:1"}]
""",
    "hooks": """
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {"helm.sh/hook": "pre-upgrade", "argocd.argoproj.io/hook": PreSync}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: migrate, image: "r.example/migrate:1"}]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: try, annotations: {"helm.sh/hook": "test"}}
spec: {restartPolicy: Never, containers: [{name: try, image: "r.example/curl:1"}]}
""",
    "ingress": f"""
apiVersion: v1
kind: ConfigMap
metadata: {{name: config}}
data: {{image: "decoy.example/config:1", "pod.yaml": "spec: {{containers: [{{image: 'decoy.example/inner:1'}}]}}"}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: controller}}
spec:
  {_LABELS}
  template: {{{_POD}, spec: {{containers: [{{name: controller, image: "r.example/controller:1"}}]}}}}
---
apiVersion: batch/v1
kind: Job
metadata: {{name: certgen}}
spec: {{template: {{spec: {{restartPolicy: OnFailure, containers: [{{name: create, image: "r.example/certgen:1"}}]}}}}}}
""",
    "operator": f"""
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: things.x.example}}
spec:
  group: x.example
  scope: Namespaced
  names: {{kind: Thing, plural: things}}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties: {{image: {{type: string, default: "decoy.example/schema:1"}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: operator}}
spec:
  {_LABELS}
  template: {{{_POD}, spec: {{containers: [{{name: manager, image: "r.example/operator:1"}}]}}}}
---
apiVersion: x.example/v1
kind: Thing
metadata: {{name: thing}}
spec: {{image: "r.example/thing:1", pullPolicy: Always}}
""",
    "prometheus": """
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: main}
spec:
  image: "r.example/prometheus:1"
  version: v2.54.0
  thanos: {image: "r.example/thanos:1"}
  containers: [{name: proxy, image: "r.example/proxy:1"}, {name: config-reloader}]
---
apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata: {name: main}
spec: {image: "r.example/alertmanager:1"}
""",
    "postgres": """
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: pg}
spec: {instances: 3, imageName: "r.example/postgresql:1", storage: {size: 1Gi}}
""",
    "kafka": """
apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
metadata: {name: kafka}
spec:
  kafka: {image: "r.example/kafka:1", replicas: 3}
  entityOperator: {topicOperator: {image: "r.example/topics:1"}}
""",
    "rollout": f"""
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {{name: canary}}
spec:
  {_LABELS}
  template: {{{_POD}, spec: {{containers: [{{name: app, image: "r.example/app:1"}}]}}}}
---
apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: {{name: smoke}}
spec:
  metrics:
    - name: smoke
      provider: {{job: {{spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: t, image: "r.example/smoke:1"}}]}}}}}}}}}}
""",
    "workflow": """
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: build}
spec:
  templates:
    - {name: a, container: {image: "r.example/builder:1", command: [make]}}
    - {name: b, script: {image: "r.example/python:1", source: "print('decoy.example/script:1')"}}
""",
    "tekton": """
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: test}
spec:
  steps: [{name: unit, image: "r.example/golang:1"}, {name: lint, image: "r.example/lint:1"}]
  sidecars: [{name: db, image: "r.example/db:1"}]
""",
    "knative": """
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: hello}
spec: {template: {spec: {containers: [{image: "r.example/hello:1", ports: [{containerPort: 8080}]}]}}}
""",
    "ray": """
apiVersion: ray.io/v1
kind: RayCluster
metadata: {name: ray}
spec:
  headGroupSpec: {rayStartParams: {}, template: {spec: {containers: [{name: head, image: "r.example/ray:1"}]}}}
  workerGroupSpecs:
    - groupName: gpu
      template:
        spec:
          initContainers: [{name: init, image: "r.example/init:1"}]
          containers: [{name: worker, image: "r.example/ray-gpu:1"}]
""",
    "model": f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: serving}}
spec:
  {_LABELS}
  template:
    {_POD}
    spec:
      containers:
        - {{name: server, image: "r.example/server:1", volumeMounts: [{{name: weights, mountPath: /m}}]}}
      volumes: [{{name: weights, image: {{reference: "r.example/weights:1", pullPolicy: IfNotPresent}}}}, {{name: t, emptyDir: {{}}}}]
""",
    "sidecars": f"""
apiVersion: apps/v1
kind: Deployment
metadata: {{name: mesh}}
spec:
  {_LABELS}
  template:
    {_POD}
    spec:
      initContainers:
        - {{name: proxy, image: "r.example/envoy:1", restartPolicy: Always}}
        - {{name: vault, image: "r.example/vault:1"}}
      containers:
        - {{name: app, image: "r.example/deep/path/to/app:1"}}
        - {{name: log, image: "r.example/fluent-bit@sha256:{"a" * 64}"}}
""",
    "legacy": f"""
apiVersion: v1
kind: ReplicationController
metadata: {{name: old}}
spec: {{selector: {{app: x}}, template: {{{_POD}, spec: {{containers: [{{name: c, image: "r.example/old:1"}}]}}}}}}
---
apiVersion: apps/v1
kind: ReplicaSet
metadata: {{name: rs}}
spec: {{{_LABELS}, template: {{{_POD}, spec: {{containers: [{{name: c, image: "r.example/rs:1"}}]}}}}}}
---
apiVersion: v1
kind: PodTemplate
metadata: {{name: pt}}
template: {{spec: {{containers: [{{name: c, image: "r.example/pt:1"}}]}}}}
""",
    "training": """
apiVersion: kubeflow.org/v1
kind: PyTorchJob
metadata: {name: train}
spec:
  pytorchReplicaSpecs:
    Master: {replicas: 1, template: {spec: {containers: [{name: pytorch, image: "r.example/train:1"}]}}}
    Worker: {replicas: 2, template: {spec: {containers: [{name: pytorch, image: "r.example/train:1"}]}}}
""",
    "policies": f"""
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {{name: no-latest}}
spec: {{rules: [{{name: r, match: {{any: [{{resources: {{kinds: [Pod]}}}}]}}, validate: {{pattern: {{spec: {{containers: [{{image: "decoy.example/*:1"}}]}}}}}}}}]}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {{name: pdb}}
spec: {{minAvailable: 1, {_LABELS}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: app}}
spec:
  {_LABELS}
  template: {{{_POD}, spec: {{containers: [{{name: app, image: "r.example/app:1"}}]}}}}
""",
}
