"""The small GitOps repository of `promoter demo`: one app, four environments, one planted defect.

The defect is the unquoted `newTag: 1.10` in dev: YAML reads the number 1.1, and the build of dev fails.
"""

from typing import Final

ENVIRONMENTS: Final = {"dev": "1.10", "staging": '"1.9"', "prod-eu": '"1.9"', "prod-us": '"1.9"'}
_REPLICAS: Final = {"dev": 2, "staging": 3, "prod-eu": 3, "prod-us": 3}

_DEPLOYMENT: Final = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: shop
  template:
    metadata:
      labels:
        app.kubernetes.io/name: shop
    spec:
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        seccompProfile:
          type: RuntimeDefault
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              app.kubernetes.io/name: shop
      containers:
        - name: shop
          image: ghcr.io/acme/shop
          ports:
            - name: http
              containerPort: 8080
          envFrom:
            - configMapRef:
                name: shop-settings
          readinessProbe:
            httpGet:
              path: /ready
              port: http
          livenessProbe:
            httpGet:
              path: /alive
              port: http
            initialDelaySeconds: 10
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 128Mi
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
"""

_SERVICE: Final = """\
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector:
    app.kubernetes.io/name: shop
  ports:
    - name: http
      port: 80
      targetPort: http
"""

_DISRUPTION: Final = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: shop
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: shop
"""

_NETWORK: Final = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: shop
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/name: shop
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ingress
      ports:
        - port: http
  egress:
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
      ports:
        - port: 53
          protocol: UDP
"""

_BASE: Final = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - deployment.yaml
  - service.yaml
  - disruption.yaml
  - network.yaml
"""

_OVERLAY: Final = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: shop
resources:
  - ../../base
images:
  - name: ghcr.io/acme/shop
    newTag: {tag} # moved by promoter
replicas:
  - name: shop
    count: {replicas}
configMapGenerator:
  - name: shop-settings
    literals:
      - ENVIRONMENT={env}
"""

_APPLICATION: Final = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop-{env}
  namespace: argocd
spec:
  project: shop
  source:
    repoURL: https://git.example.com/acme/gitops.git
    targetRevision: main
    path: apps/shop/overlays/{env}
  destination:
    name: {env}
    namespace: shop
  syncPolicy:
    automated:
      prune: true
      selfHeal: true
    syncOptions:
      - CreateNamespace=true
"""

_PROJECT: Final = """\
apiVersion: argoproj.io/v1alpha1
kind: AppProject
metadata:
  name: shop
  namespace: argocd
spec:
  sourceRepos:
    - https://git.example.com/acme/gitops.git
  destinations:
    - name: "*"
      namespace: shop
"""

_CONFIGURATION: Final = """\
version: 1
branch: main
environments:
  dev: {}
  staging: { needs: [dev] }
  prod-eu: { tier: prod, group: prod, needs: [staging] }
  prod-us: { like: prod-eu }
"""


def tree() -> dict[str, str]:
    """The files of the repository by path."""
    files = {
        "promoter.yaml": _CONFIGURATION,
        "apps/shop/base/kustomization.yaml": _BASE,
        "apps/shop/base/deployment.yaml": _DEPLOYMENT,
        "apps/shop/base/service.yaml": _SERVICE,
        "apps/shop/base/disruption.yaml": _DISRUPTION,
        "apps/shop/base/network.yaml": _NETWORK,
        "argocd/project.yaml": _PROJECT,
    }
    for env, tag in ENVIRONMENTS.items():
        overlay = _OVERLAY.format(env=env, tag=tag, replicas=_REPLICAS[env])
        files[f"apps/shop/overlays/{env}/kustomization.yaml"] = overlay
        files[f"argocd/shop-{env}.yaml"] = _APPLICATION.format(env=env)
    return files
